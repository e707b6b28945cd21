using System.Globalization;
using Cluster.Coordinator.Journal;
using Cluster.Coordinator.Work;
using Cluster.Harness;
using Cluster.Plans;

namespace Cluster.Bench.Chaos;

/// <summary>
/// A job of which a tenth breaks its evaluator in every way there is, against the same job whose poisoned candidates
/// only fail (their outputs are not finite): the winner must be the same, and no slot may be gone for long.
/// </summary>
internal static class PoisonTrial
{
    private const string Job = "synthetic:groups=60,sensitive=45,seed=7,ms=5..40,poison=0.1";
    private const double SlotBackWithin = 10;

    public static async Task<bool> RunAsync(ChaosCluster cluster, CancellationToken cancellation)
    {
        Console.WriteLine(await ChaosCommand.HeadAsync(cluster, Job, cancellation));
        var failing = await ChaosRun.EndAsync(cluster, await cluster.SubmitAsync($"{Job},verbs=nan", cancellation), cancellation);
        var poisoned = await ChaosRun.EndAsync(
            cluster, await cluster.SubmitAsync($"{Job},verbs=nan+oom+hang+segv+exit", cancellation), cancellation);
        var (expected, found) = (JournalFindings.Of(failing), JournalFindings.Of(poisoned));
        Console.WriteLine("| failure | attempts |");
        Console.WriteLine("|---|---|");
        foreach (var (kind, attempts) in poisoned.Select(record => record.Event)
            .OfType<AttemptFailed>()
            .CountBy(failed => failed.Failure.Kind)
            .OrderBy(kind => kind.Key))
        {
            Console.WriteLine($"| {kind} | {attempts} |");
        }

        var winner = Winner(failing);
        var back = SlotsBack(poisoned).ToArray();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{found.Proposed} candidates, {poisoned.Count(record => record.Event is ItemFailed)} failed, {found.Lost} lost, "
            + $"{found.Twice} twice; {found.Seconds:0.0} s ({expected.Seconds:0.0} s where they only fail)"));
        Console.WriteLine($"same winner: {(winner == Winner(poisoned) ? "yes" : "NO")} ({winner[..Math.Min(12, winner.Length)]})");
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"slot at work again after a failed attempt: {back.Length} times, p50 {Percentiles.Text(back, 0.5)} s, p95 "
            + $"{Percentiles.Text(back, 0.95)} s, max {Percentiles.Text(back, 1)} s"));
        return winner == Winner(poisoned) && found is { Lost: 0, Twice: 0 } && back.All(seconds => seconds < SlotBackWithin);
    }

    // The two jobs' targets differ by their verbs, and a plan names its target: the decisions alone are compared.
    private static string Winner(IReadOnlyList<JournalRecord> records) =>
        records.Select(record => record.Event).OfType<WinnerSelected>().SingleOrDefault() is { } selected
            ? CanonicalJson.Digest(selected.Plan.Groups)
            : "none";

    // Only while the job wanted slots: where no attempt follows on a slot, nothing was asked of it.
    private static IEnumerable<double> SlotsBack(IReadOnlyList<JournalRecord> records)
    {
        var on = new Dictionary<(int Sequence, int Attempt), (string Node, string Slot)>();
        var since = new Dictionary<(string Node, string Slot), DateTimeOffset>();
        foreach (var record in records)
        {
            switch (record.Event)
            {
                case AttemptStarted started:
                    var slot = (started.Node, started.Slot);
                    on[(started.Sequence, started.Attempt)] = slot;
                    if (since.Remove(slot, out var failedAt))
                    {
                        yield return (record.At - failedAt).TotalSeconds;
                    }

                    break;
                case AttemptFailed failed when failed.Failure.Kind != FailureKind.Unavailable
                    && on.TryGetValue((failed.Sequence, failed.Attempt), out var broken):
                    since[broken] = record.At;
                    break;
            }
        }
    }
}
