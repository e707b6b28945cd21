using System.CommandLine;
using System.Globalization;
using Cluster.Coordinator.Model.Options;

namespace Cluster.Terminal.Options;

/// <summary>Options that take a quantity with its unit: a time, a size, a large count.</summary>
public static class QuantityOptions
{
    private static readonly Dictionary<string, double> Times = new(StringComparer.Ordinal)
    {
        [string.Empty] = 1,
        ["us"] = 1e-3,
        ["ms"] = 1,
        ["s"] = 1e3,
    };

    // Decimal, like all other units that this program prints.
    private static readonly Dictionary<string, double> Sizes = new(StringComparer.Ordinal)
    {
        [string.Empty] = 1,
        ["B"] = 1,
        ["kB"] = 1e3,
        ["KB"] = 1e3,
        ["MB"] = 1e6,
        ["GB"] = 1e9,
        ["KiB"] = 1024,
        ["MiB"] = 1024 * 1024,
        ["GiB"] = 1024 * 1024 * 1024,
    };

    private static readonly Dictionary<string, double> Counts = new(StringComparer.Ordinal)
    {
        [string.Empty] = 1,
        ["k"] = 1e3,
        ["M"] = 1e6,
        ["G"] = 1e9,
        ["T"] = 1e12,
    };

    /// <summary>Milliseconds: "2ms", "800us", "0.01s"; a number alone is milliseconds.</summary>
    public static Option<double?> Milliseconds(JobLimit<double> limit, string description) =>
        NumberOptions.Parsed(limit, description, "TIME", text => Read(text, Times, "a time; write 2ms, 800us or 0.01s"));

    /// <summary>Bytes: "5MB", "600kB", "1MiB"; a number alone is bytes.</summary>
    public static Option<long?> Bytes(JobLimit<long> limit, string description) =>
        NumberOptions.Parsed(limit, description, "SIZE", text => Whole(Read(text, Sizes, "a size; write 5MB, 600kB or 1MiB")));

    /// <summary>A count: "2.5G", "800M".</summary>
    public static Option<long?> Count(JobLimit<long> limit, string description) =>
        NumberOptions.Parsed(limit, description, "COUNT", text => Whole(Read(text, Counts, "a count; write 2.5G or 800M")));

    private static long Whole(double value) => value is > 0 and < long.MaxValue ? (long)value : 0;

    private static double Read(string text, Dictionary<string, double> units, string expected)
    {
        int end = text.Length;
        while (end > 0 && char.IsAsciiLetter(text[end - 1]))
        {
            end--;
        }

        return units.TryGetValue(text[end..], out double unit)
            && double.TryParse(text.AsSpan(0, end).Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
            && double.IsFinite(number)
            ? number * unit
            : throw new FormatException($"'{text}' is not {expected}.");
    }
}
