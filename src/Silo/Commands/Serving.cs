namespace Cluster.Silo.Commands;

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
