using System.Globalization;

namespace Grpc.Wire;

/// <summary>The value of "grpc-timeout": at most eight digits and a unit.</summary>
internal static class Timeouts
{
    // What a timer can wait for; a longer deadline is as good as this one.
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(uint.MaxValue - 1);

    private static readonly (char Unit, long Ticks)[] Units =
    [
        ('u', TimeSpan.TicksPerMicrosecond),
        ('m', TimeSpan.TicksPerMillisecond),
        ('S', TimeSpan.TicksPerSecond),
        ('M', TimeSpan.TicksPerMinute),
        ('H', TimeSpan.TicksPerHour),
    ];

    /// <summary>In the finest unit that eight digits have room for, rounded up.</summary>
    public static string Encode(TimeSpan timeout)
    {
        foreach (var (unit, ticks) in Units)
        {
            long count = (timeout.Ticks / ticks) + (timeout.Ticks % ticks == 0 ? 0 : 1);
            if (count <= 99_999_999)
            {
                return string.Create(CultureInfo.InvariantCulture, $"{count}{unit}");
            }
        }

        return "99999999H";
    }

    /// <summary>Null where the text is not a timeout.</summary>
    public static TimeSpan? Decode(string? text)
    {
        if (text is null or { Length: < 2 or > 9 }
            || !long.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out long count))
        {
            return null;
        }

        if (text[^1] == 'n')
        {
            return TimeSpan.FromTicks((count + 99) / 100);
        }

        foreach (var (unit, ticks) in Units)
        {
            if (unit == text[^1])
            {
                // 99999999 hours are beyond what TimeSpan holds.
                return count > Longest.Ticks / ticks ? Longest : TimeSpan.FromTicks(count * ticks);
            }
        }

        return null;
    }

    public static TimeSpan Capped(TimeSpan timeout) => timeout > Longest ? Longest : timeout;
}
