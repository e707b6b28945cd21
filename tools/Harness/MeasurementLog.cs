using System.Text.RegularExpressions;

namespace Cluster.Harness;

/// <summary>Reads what a silo says of its measurements, which it does where <see cref="Setting"/> is in its environment.</summary>
/// <param name="silo">The silo's number.</param>
internal sealed partial class MeasurementLog(int silo)
{
    private readonly Lock _gate = new();
    private readonly List<(string Job, Measurement Measurement)> _measurements = [];

    // By what they are called, the last of that name: a call that comes late may begin it again.
    private readonly Dictionary<string, int> _last = new(StringComparer.Ordinal);

    /// <summary>What makes a silo tell of each.</summary>
    public static (string Name, string Value) Setting => ("Logging__LogLevel__Cluster.Grains.Candidates", "Debug");

    /// <summary>Takes in a line of its log.</summary>
    /// <param name="line">The line, which begins with the time of day, UTC.</param>
    /// <param name="heard">When it came: a silo that is stopped may write it long after what it tells.</param>
    public void Hear(string line, DateTimeOffset heard)
    {
        if (Said().Match(line) is not { Success: true } said)
        {
            return;
        }

        var at = Moment(TimeSpan.Parse(said.Groups["time"].Value, CultureInfo.InvariantCulture), heard);
        lock (_gate)
        {
            var key = said.Groups["key"].Value;
            if (said.Groups["outcome"] is not { Success: true, Value: var outcome })
            {
                _last[key] = _measurements.Count;
                _measurements.Add((
                    said.Groups["job"].Value,
                    new Measurement(
                        silo,
                        said.Groups["node"].Value,
                        said.Groups["grant"].Value,
                        said.Groups["item"].Value,
                        at)));
            }
            else if (string.Equals(outcome, "a result", StringComparison.Ordinal) && _last.TryGetValue(key, out var last))
            {
                var (job, known) = _measurements[last];
                _measurements[last] = (job, known with { Ended = at });
            }
        }
    }

    /// <summary>A job's measurements so far.</summary>
    public IReadOnlyList<Measurement> Of(string job)
    {
        lock (_gate)
        {
            return
            [
                .. _measurements.Where(known => string.Equals(known.Job, job, StringComparison.Ordinal))
                    .Select(known => known.Measurement),
            ];
        }
    }

    // The last moment of that time of day by then; half a day apart, as clocks may differ by a little.
    private static DateTimeOffset Moment(TimeSpan time, DateTimeOffset heard)
    {
        var sameDay = new DateTimeOffset(heard.UtcDateTime.Date, TimeSpan.Zero) + time;
        return sameDay - heard > TimeSpan.FromHours(12) ? sameDay.AddDays(-1) : sameDay;
    }

    [GeneratedRegex(
        @"^(?<time>\d\d:\d\d:\d\d\.\d{3}) .*\[120[67]\] (?<key>(?<node>[^|\s]+)\|(?<job>[^/\s]+)/[0-9a-f]+/(?<grant>\S+)) "
            + @"measure[sd] (?<item>[0-9a-f]+)(: (?<outcome>.+))?$",
        RegexOptions.ExplicitCapture,
        1000)]
    private static partial Regex Said();
}
