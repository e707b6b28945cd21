using System.Globalization;
using Cluster.Harness;

namespace Cluster.Bench.Chaos;

/// <summary>
/// A cluster of another build whose silos are replaced by this build's, one after the other under a job, and back under the
/// next, while clients give commands: both must end as a job of the other build did.
/// </summary>
internal static class RollingTrial
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    public static async Task<bool> RunAsync(
        ChaosCluster cluster, string other, string own, string client, string target, CancellationToken cancellation)
    {
        Console.WriteLine(await ChaosCommand.HeadAsync(cluster, target, cancellation));
        var (usual, length) = await ChaosRun.UndisturbedAsync(cluster, target, cancellation);
        Console.WriteLine("| silos | candidates | lost | twice | same winner | same decisions | failed attempts | commands, failed | s |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|");
        Console.WriteLine(Row("the other build", usual, [], usual));
        var (there, during) = await ReplaceAsync(cluster, own, client, target, length, cancellation);
        Console.WriteLine(Row("replaced by this one", there, during, usual));
        var (back, after) = await ReplaceAsync(cluster, other, client, target, length, cancellation);
        Console.WriteLine(Row("and back", back, after, usual));
        ChaosTables.PrintFailed([.. during, .. after]);
        return new[] { there, back }.All(found => found is { Lost: 0, Twice: 0 } && found.Winner == usual.Winner);
    }

    // Each is drained, and the next one once it is there again.
    private static async Task<(JournalFindings Findings, IReadOnlyList<CommandEnd> Commands)> ReplaceAsync(
        ChaosCluster cluster, string program, string client, string target, long usual, CancellationToken cancellation)
    {
        var job = await cluster.SubmitAsync(target, cancellation);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var commands = ClientCommands.RunAsync(client, cluster, job, over.Token, cancellation);
        for (var i = 0; i < cluster.Silos.Count; i++)
        {
            while (await cluster.LengthAsync(job, cancellation) < usual * (i + 1) / (cluster.Silos.Count + 2))
            {
                await Task.Delay(Look, cancellation);
            }

            var silo = cluster.Silos[i];
            await silo.DrainAsync(cancellation);
            silo.Program = program;
            silo.Start();
            await silo.UntilReadyAsync(cancellation);
        }

        var records = await ChaosRun.EndAsync(cluster, job, cancellation);
        await over.CancelAsync();
        return (JournalFindings.Of(records), await commands);
    }

    private static string Row(
        string silos, JournalFindings found, IReadOnlyList<CommandEnd> commands, JournalFindings usual) => string.Create(
        CultureInfo.InvariantCulture,
        $"| {silos} | {found.Proposed} | {found.Lost} | {found.Twice} | {(found.Winner == usual.Winner ? "yes" : "NO")} | "
        + $"{(found.Decisions == usual.Decisions ? "yes" : "NO")} | {found.FailedAttempts} | "
        + $"{commands.Count}, {commands.Count(command => command.ExitCode != 0)} | {found.Seconds:0.0} |");
}
