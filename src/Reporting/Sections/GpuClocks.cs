namespace Cluster.Reporting.Sections;

/// <summary>Describes a GPU's clocks during its timings.</summary>
internal static class GpuClocks
{
    private const double HertzAGigahertz = 1e9;

    /// <summary>Lowest clocks from the slowest timing to the fastest, and how many timings were throttled; null for a processor.</summary>
    public static string? Words(IReadOnlyList<LatencyResult> timings)
    {
        var seen = timings.Where(timing => timing is { ClockHz: not null } or { Throttled: not null }).ToArray();
        if (seen.Length == 0)
        {
            return null;
        }

        var held = seen.Where(timing => timing.ThrottledBy is not null).ToArray();
        string reasons = string.Join(
            ", ", held.SelectMany(timing => timing.ThrottledBy!).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
        string throttling = held.Length == 0
            ? "never held down in rounds that count"
            : $"held down in {held.Length} of {seen.Length} timings ({reasons}), though such rounds are measured again";
        return $"{Range(seen)}{throttling}";
    }

    private static string Range(IEnumerable<LatencyResult> seen)
    {
        double[] clocks = [.. seen.Select(timing => timing.ClockHz / HertzAGigahertz).OfType<double>().Order()];
        return clocks switch
        {
            [] => string.Empty,
            [var low, ..] when clocks[^1] > low => $"{low:0.00} to {clocks[^1]:0.00} GHz, ",
            [var only, ..] => $"{only:0.00} GHz, ",
        };
    }
}
