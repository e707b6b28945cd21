namespace Cluster.Bench.Scale;

/// <summary>What a tenth of a job's candidates cost, in the processor's time: another program on the machine does not count.</summary>
/// <param name="DecisionMs">Mean milliseconds of a decision.</param>
/// <param name="CandidateUs">Mean microseconds from one result to the next, everything included.</param>
internal sealed record TenthCost(double DecisionMs, double CandidateUs)
{
    /// <param name="tenth">Which, from 0.</param>
    /// <param name="decisions">Each decision's time and the results before it.</param>
    /// <param name="ended">What the process had used when each candidate ended.</param>
    public static TenthCost Of(int tenth, IReadOnlyList<(int Results, TimeSpan Time)> decisions, IReadOnlyList<TimeSpan> ended)
    {
        var (from, to) = (ended.Count * tenth / 10, (ended.Count * (tenth + 1) / 10) - 1);
        return new TenthCost(
            decisions.Where(decision => decision.Results > from && decision.Results <= to)
                .Select(decision => decision.Time.TotalMilliseconds)
                .Average(),
            (ended[to] - ended[from]).TotalMicroseconds / (to - from));
    }
}
