namespace Cluster.Silo.Commands;

/// <summary>The server's program: a silo, the child process that it starts for each device slot, and a gateway.</summary>
internal static class SiloVerbs
{
    // The promise of a drain has one clock, the silo's own; this only lets it write its last line.
    private static readonly TimeSpan EndingTime = new SiloOptions().StopLimit + TimeSpan.FromSeconds(5);

    private static RootCommand Create(IJobKind? kind)
    {
        var root = new RootCommand(CommandHelp.Describe(
            "Runs a member of a cluster, which answers clients, coordinates jobs and evaluates candidates.",
            "silo --data-dir ~/cluster-data --devices cpu:2"))
        {
            SiloCommand.Create(kind),
            GatewayCommand.Create(),
            EvaluateCommand.Create(kind),
        };
        CommandHelp.Install(root);
        return root;
    }

    /// <summary>Parses and runs a command line; the exit code is one of <see cref="ExitCode"/>.</summary>
    /// <param name="args">The command line.</param>
    /// <param name="output">Standard output.</param>
    /// <param name="error">Standard error.</param>
    /// <param name="kind">Jobs that the program plays; null, as in the product: none.</param>
    public static Task<int> RunAsync(string[] args, TextWriter output, TextWriter error, IJobKind? kind = null) =>
        CommandRunner.RunAsync(Create(kind), args, EndingTime, output, error);
}
