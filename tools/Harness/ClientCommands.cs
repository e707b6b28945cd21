namespace Cluster.Harness;

/// <summary>
/// What users do meanwhile: commands of the built client in turn, one begun every other second, six at most at a time. Each knows
/// the addresses of all silos and asks another one first; where there is a gateway, it alone is asked, and its page opened each time.
/// </summary>
internal static class ClientCommands
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(2);

    // On a crowded machine commands take longer than the time between two: more and more of them would be all that it does.
    private const int Most = 6;

    /// <param name="program">The client's program.</param>
    /// <param name="cluster">Who is asked.</param>
    /// <param name="job">About which job.</param>
    /// <param name="over">No more commands are begun.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>Their ends, once all have ended.</returns>
    public static async Task<IReadOnlyList<CommandEnd>> RunAsync(
        string program, ChaosCluster cluster, string job, CancellationToken over, CancellationToken cancellation)
    {
        string[][] commands = [["list"], ["watch", job], ["show", job], ["nodes"], ["candidates", job]];
        var running = new List<Task<CommandEnd>>();
        for (var i = 0; !over.IsCancellationRequested; i++)
        {
            var first = i % cluster.Silos.Count;
            var servers = cluster.Gateway?.Address
                ?? string.Join(',', cluster.Silos.Skip(first).Concat(cluster.Silos.Take(first)).Select(silo => silo.Address));
            running.Add(RunAsync(program, [.. commands[i % commands.Length], "--server", servers], cancellation));
            if (cluster.Gateway is { } gateway)
            {
                running.Add(OpenPageAsync(gateway, job, cancellation));
            }

            await Task.WhenAny(Task.Delay(Every, over));
            while (!over.IsCancellationRequested && running.FindAll(command => !command.IsCompleted) is { Count: >= Most } waiting)
            {
                await Task.WhenAny([.. waiting, Task.Delay(Timeout.Infinite, over)]);
            }
        }

        return await Task.WhenAll(running);
    }

    private static async Task<CommandEnd> OpenPageAsync(GatewayMember gateway, string job, CancellationToken cancellation)
    {
        var began = Stopwatch.GetTimestamp();
        var wrong = await gateway.OpenPageAsync(job, cancellation);
        return new CommandEnd("page", wrong.Length > 0 ? 1 : 0, Stopwatch.GetElapsedTime(began).TotalSeconds, wrong);
    }

    private static async Task<CommandEnd> RunAsync(string program, string[] arguments, CancellationToken cancellation)
    {
        var began = Stopwatch.GetTimestamp();
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        using var process = Process.Start(start)!;
        try
        {
            var said = process.StandardError.ReadToEndAsync(cancellation);
            await process.StandardOutput.ReadToEndAsync(cancellation);
            await process.WaitForExitAsync(cancellation);
            return new CommandEnd(
                arguments[0],
                process.ExitCode,
                Stopwatch.GetElapsedTime(began).TotalSeconds,
                (await said).TrimEnd().Split('\n')[^1]);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw;
        }
    }
}
