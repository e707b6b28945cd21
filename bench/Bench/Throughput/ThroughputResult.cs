using System.Globalization;
using Cluster.Bench.Chaos;
using Cluster.Coordinator.Journal;

namespace Cluster.Bench.Throughput;

/// <summary>What a measurement found, from the times in the journal.</summary>
/// <param name="Measured">How many results there are after the first tenth.</param>
/// <param name="From">When the first tenth was through, which is left out.</param>
/// <param name="PerSecond">Results a second.</param>
/// <param name="P50">Milliseconds from a first attempt to its result, half of them at most.</param>
/// <param name="P99">The same of 99 in 100.</param>
internal sealed record ThroughputResult(int Measured, DateTimeOffset From, double PerSecond, double P50, double P99)
{
    /// <summary>
    /// From the first attempt of each candidate to its result, both durable; the first tenth warms up and is left out.
    /// </summary>
    public static ThroughputResult Of(IReadOnlyList<JournalRecord> records)
    {
        var first = new Dictionary<int, DateTimeOffset>();
        var ended = new List<(DateTimeOffset At, double Milliseconds)>();
        foreach (var record in records)
        {
            if (record.Event is AttemptStarted started)
            {
                first.TryAdd(started.Sequence, record.At);
            }
            else if (record.Event is ItemCompleted completed)
            {
                ended.Add((record.At, (record.At - first[completed.Sequence]).TotalMilliseconds));
            }
        }

        var from = ended.Count / 10;
        var measured = ended[from..];
        var began = ended[Math.Max(0, from - 1)].At;
        var seconds = (measured[^1].At - began).TotalSeconds;
        var latencies = measured.ConvertAll(end => end.Milliseconds);
        return new ThroughputResult(
            measured.Count, began, measured.Count / seconds, Percentiles.Of(latencies, 0.5), Percentiles.Of(latencies, 0.99));
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{PerSecond:0} | {P50:0.0} | {P99:0.0}");
}
