namespace Cluster.Client.Tests.Faking;

/// <summary>A command line run in this process.</summary>
internal sealed record ClientRun(int Code, string Output, string Error)
{
    /// <summary>Runs it against a server, without profiles.</summary>
    public static Task<ClientRun> OfAsync(FakeServer server, params string[] args) => OfAsync(server, new InstantTime(), default, args);

    public static Task<ClientRun> OfAsync(FakeServer server, InstantTime time, CancellationToken cancellation, params string[] args) =>
        OfAsync(
            new ClientContext(
                name => name == "CLUSTER_SERVER" ? server.Address : name == "XDG_CONFIG_HOME" ? "/nowhere" : null, time, () => 0.5),
            cancellation,
            args);

    public static async Task<ClientRun> OfAsync(ClientContext context, CancellationToken cancellation, params string[] args)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        int code = await ClientCommand.RunAsync(args, context, output, error, cancellation);
        return new ClientRun(code, output.ToString(), error.ToString());
    }

    /// <summary>The lines with single spaces between their words.</summary>
    public IReadOnlyList<string> Rows =>
        [.. Lines.Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries)))];

    public IReadOnlyList<string> Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
