using System.Text.Json;
using Cluster.Harness;

namespace Cluster.Bench.Chaos;

/// <summary>A job without any fault, then the same under one schedule after the other: all must end alike.</summary>
internal sealed class ChaosTrial(ChaosCluster cluster, string target, IReadOnlyList<FaultKind> kinds, string client)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <param name="first">The first schedule's seed.</param>
    /// <param name="count">How many schedules.</param>
    /// <param name="json">The file of the results, or null.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<bool> RunAsync(int first, int count, string? json, CancellationToken cancellation)
    {
        Console.WriteLine(await ChaosCommand.HeadAsync(cluster, target, cancellation));
        var (usual, length) = await ChaosRun.UndisturbedAsync(cluster, target, cancellation);
        Console.WriteLine(
            $"undisturbed: {usual.Proposed} candidates, {length} records, {usual.Seconds:0.0} s, winner {usual.Winner?[..12]}, "
            + $"decisions {usual.Decisions[..12]}");
        Console.WriteLine(ChaosTables.Header);
        var runs = new List<(int Seed, ChaosRun Run, bool Good)>();
        for (var seed = first; seed < first + count; seed++)
        {
            var faults = ChaosFault.Schedule(seed, cluster.Silos.Count, kinds);
            var run = await ChaosRun.RunAsync(cluster, target, faults, length, client, cancellation);
            var good = run is { Findings: { Lost: 0, Twice: 0 } found, Again.Kept: 0 }
                && found.Winner == usual.Winner && found.Decisions == usual.Decisions;
            runs.Add((seed, run, good));
            Console.WriteLine(ChaosTables.Row(seed, run, usual));
            ChaosTables.PrintFailed(run.Commands);
            if (!good)
            {
                Console.WriteLine(
                    $"FAILED; again: Cluster.Bench chaos --seed {seed} --schedules 1 --target {target} --faults {string.Join(' ', kinds)} "
                    + $"--silos {cluster.Silos.Count}{(cluster.Gateway is null ? "" : " --gateway")}");
            }
        }

        Console.WriteLine(ChaosTables.Recoveries([.. runs.SelectMany(run => run.Run.Recoveries)]));
        Console.WriteLine(ChaosTables.Again([.. runs.Select(run => run.Run.Again)]));
        Console.WriteLine(ChaosTables.Commands([.. runs.SelectMany(run => run.Run.Commands)]));
        var allGood = runs.TrueForAll(run => run.Good);
        Console.WriteLine(allGood
            ? $"all {count} schedules: 0 lost, 0 twice, 0 measured again that were kept, the undisturbed winner and decisions; load "
                + await ChaosCommand.LoadAsync(cancellation)
            : "NOT all schedules ended as the undisturbed run");
        if (json is not null)
        {
            await using var file = File.Create(json);
            await JsonSerializer.SerializeAsync(
                file,
                runs.Select(run => new { run.Seed, run.Good, run.Run.Findings, run.Run.Again, run.Run.Recoveries, run.Run.Commands }),
                Indented,
                cancellation);
        }

        return allGood;
    }
}
