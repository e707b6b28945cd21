namespace Cluster.Evaluation.Measuring;

/// <summary>
/// Expected timings are measured in one turn, by the first one requested, with one FP32 for all. Later requests get the stored results.
/// Thread-safe.
/// </summary>
internal sealed class SharedTurns
{
    // All plans of a turn are in memory together.
    internal const int MostPlans = 6;

    private readonly Lock _lock = new();
    private readonly List<LatencyItem> _expected = [];
    private readonly Dictionary<LatencyItem, LatencyResult> _found = [];

    /// <summary>Sets the expected timings, replacing earlier ones.</summary>
    public void Expect(IReadOnlyList<LatencyItem> timings)
    {
        lock (_lock)
        {
            _found.Clear();
            _expected.Clear();
            _expected.AddRange(timings.Where(item => !item.Plan.IsBaseline));
        }
    }

    /// <summary>The result of an item, and of those expected with it.</summary>
    /// <param name="measure">Times items in one turn; results in their order. Only the current holder of the machine calls it.</param>
    public LatencyResult Measure(LatencyItem item, Func<IReadOnlyList<LatencyItem>, IReadOnlyList<LatencyResult>> measure)
    {
        LatencyItem[] turn;
        lock (_lock)
        {
            if (_found.Remove(item, out var known))
            {
                return known;
            }

            turn = Turn(item);
        }

        if (turn.Length == 1)
        {
            return measure(turn)[0];
        }

        IReadOnlyList<LatencyResult> results;
        try
        {
            results = measure(turn);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            // One of them, or all together, failed or took too much: measured singly, each shows its own failure.
            return measure([item])[0];
        }

        lock (_lock)
        {
            foreach (var (other, result) in turn.Zip(results).Skip(1))
            {
                _found[other] = result;
            }
        }

        return results[0];
    }

    // Turns of about equal size, so that no plan is left to be timed alone.
    private LatencyItem[] Turn(LatencyItem item)
    {
        if (!_expected.Remove(item))
        {
            return [item];
        }

        var turns = (_expected.Count + MostPlans) / MostPlans;
        LatencyItem[] others = [.. _expected.Take(((_expected.Count + turns) / turns) - 1)];
        _expected.RemoveRange(0, others.Length);
        return [item, .. others];
    }
}
