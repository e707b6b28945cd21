namespace Cluster.Silo.Commands;

/// <summary>`cluster gateway`: an entry point of a cluster, until it is stopped.</summary>
internal static class GatewayCommand
{
    private static readonly SettingSymbols<GatewayOptions> Settings = new();

    public static Command Create()
    {
        var command = new Command(OtherVerbs.Gateway, CommandHelp.Describe(
            OtherVerbs.GatewayDoes,
            "gateway --listen 0.0.0.0:5180 --tls-cert tls.crt --tls-key tls.key --artefacts /mnt/cluster/artefacts --token-file token",
            "gateway --artefacts /mnt/cluster/artefacts --gateways 10.0.0.5:30000,10.0.0.6:30000"));
        Settings.AddTo(command);
        command.SetAction((parsed, cancellation) => CommandErrors.RunAsync(
            parsed,
            () => RunAsync(Settings.Read(parsed), parsed.InvocationConfiguration, cancellation),
            "start it again: it keeps nothing"));
        return command;
    }

    private static async Task<int> RunAsync(GatewayOptions options, InvocationConfiguration streams, CancellationToken cancellation)
    {
        StartChecks.RequireSensible(options);
        StartChecks.RequirePorts(options);
        await using var gateway = await GatewayHost.BuildAsync(
            options, cancellation, what => streams.Error.WriteLine($"cluster gateway: {what}"));
        if (StartChecks.OpenDoor(options.TokenFile ?? options.TokensFile, options.Listen) is { } warning)
        {
            await streams.Error.WriteLineAsync($"cluster gateway: warning: {warning}");
        }

        await streams.Error.WriteLineAsync(
            $"cluster gateway: looks for silos of the cluster '{options.ClusterId}' that were started with --gateway-port");
        return await Serving.RunAsync(
            gateway, OtherVerbs.Gateway, options.Listen, $"of the cluster '{options.ClusterId}'", streams, cancellation);
    }
}

/// <summary>Starts a server, prints where it listens, and waits for its end.</summary>
internal static class Serving
{
    /// <param name="server">The host.</param>
    /// <param name="verb">The command, such as "silo".</param>
    /// <param name="listen">The address to listen on.</param>
    /// <param name="rest">Further text after the address.</param>
    /// <param name="streams">Where it is printed.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="JobException">It cannot listen there.</exception>
    public static async Task<int> RunAsync(
        WebApplication server, string verb, IPEndPoint listen, string rest, InvocationConfiguration streams, CancellationToken cancellation)
    {
        try
        {
            await server.StartAsync(cancellation);
        }
        catch (IOException failure)
        {
            throw new JobException(
                $"The {verb} could not listen on {listen} ({failure.Message}): choose another port with --listen, or stop what uses it.",
                failure);
        }

        await streams.Output.WriteLineAsync($"cluster {verb}: listening on {server.Urls.First()}, {rest}");
        if (PageServer.Address(server) is { } page)
        {
            await streams.Output.WriteLineAsync($"cluster {verb}: page on {page}/");
        }

        await streams.Output.FlushAsync(cancellation);

        await server.WaitForShutdownAsync(cancellation);
        return ExitCode.Done;
    }
}
