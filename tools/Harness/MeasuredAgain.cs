namespace Cluster.Harness;

/// <summary>How often a job's items were measured again although they had been, and why.</summary>
/// <param name="Measured">Measurements that gave a result.</param>
/// <param name="Struck">Again, as the silo that had made or was making the result was struck before the next began.</param>
/// <param name="Ahead">Again, as the result was of work done before it was asked for, which no journal knows, and its coordinator was
/// lost.</param>
/// <param name="Dropped">The same, while it had its coordinator, which did not think any more that it would be asked for.</param>
/// <param name="Beside">Again, as the first took long or was out of reach, and the next was recorded or began before it ended.</param>
/// <param name="Kept">Again, although a silo that nothing was done to had the result of an attempt that the journal names, a
/// defect.</param>
internal sealed record MeasuredAgain(int Measured, int Struck, int Ahead, int Dropped, int Beside, int Kept)
{
    /// <summary>Tells a job's measurements apart.</summary>
    /// <param name="records">The job's journal.</param>
    /// <param name="measurements">What its silos told.</param>
    /// <param name="outages">By silo, when each was struck and when it was itself again.</param>
    /// <param name="onKept">Told each pair that is a defect.</param>
    public static MeasuredAgain Of(
        IReadOnlyList<JournalRecord> records,
        IEnumerable<Measurement> measurements,
        ILookup<int, (DateTimeOffset From, DateTimeOffset To)> outages,
        Action<Measurement, Measurement>? onKept = null)
    {
        var started = records.Where(record => record.Event is AttemptStarted { Grant: not null })
            .ToLookup(record => ((AttemptStarted)record.Event).Grant!, record => record.At, StringComparer.Ordinal);
        var results = measurements.Where(measured => measured.Ended is not null).ToArray();
        var pairs = results.GroupBy(measured => measured.Item, StringComparer.Ordinal)
            .Select(item => item.OrderBy(measured => measured.Began).ToArray())
            .SelectMany(item => item.Zip(item.Skip(1)))
            .ToLookup(pair => Why(pair.First, pair.Second));
        foreach (var (first, next) in pairs[Reason.Kept])
        {
            onKept?.Invoke(first, next);
        }

        return new MeasuredAgain(
            results.Length,
            pairs[Reason.Struck].Count(),
            pairs[Reason.Ahead].Count(),
            pairs[Reason.Dropped].Count(),
            pairs[Reason.Beside].Count(),
            pairs[Reason.Kept].Count());

        Reason Why(Measurement first, Measurement next) =>
            outages[first.Silo].Any(outage => outage.From <= next.Began && outage.To >= first.Began) ? Reason.Struck
            : first.Ended > Decided(next) ? Reason.Beside
            : started[first.Grant].Any(at => at <= next.Began) ? Reason.Kept
            : OwnerAt(first.Ended!.Value) == OwnerAt(next.Began) ? Reason.Dropped
            : Reason.Ahead;

        // Recorded first, it reaches its node some time later, when the first may have ended.
        DateTimeOffset Decided(Measurement next) => started[next.Grant].Where(at => at < next.Began).DefaultIfEmpty(next.Began).First();

        long OwnerAt(DateTimeOffset at) => records.LastOrDefault(record => record.At <= at)?.Owner ?? 0;
    }

    private enum Reason
    {
        Struck,
        Ahead,
        Dropped,
        Beside,
        Kept,
    }
}
