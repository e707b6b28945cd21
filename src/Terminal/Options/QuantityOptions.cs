using System.Numerics;

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

    private static readonly Dictionary<string, double> Shares = new(StringComparer.Ordinal) { [string.Empty] = 1, ["%"] = 0.01 };

    // By what stands for them in the help, with what is expected of a text that is none.
    private static readonly Dictionary<string, (Dictionary<string, double> Units, string Expected)> Kinds = new(StringComparer.Ordinal)
    {
        ["TIME"] = (Times, "a time; write 2ms, 800us or 0.01s"),
        ["SIZE"] = (Sizes, "a size; write 5MB, 600kB or 1MiB"),
        ["ACCURACY"] = (Shares, "an accuracy; write 91.7% or 0.917"),
        ["PORTION"] = (Shares, "a share; write 95% or 0.95"),
        ["COUNT"] = (Counts, "a count; write 2.5G or 800M"),
    };

    /// <summary>
    /// A time ("2ms", "800us", "0.01s"; a number alone is milliseconds), a size ("5MB", "600kB", "1MiB") or a count ("2.5G", "800M"),
    /// as the limit's word says.
    /// </summary>
    /// <param name="limit">Its name, limits and help.</param>
    /// <param name="description">Another help text.</param>
    public static Option<T?> Of<T>(JobLimit<T> limit, string? description = null)
        where T : struct, INumber<T> => NumberOptions.Parsed(
            limit.Name,
            description ?? limit.Help,
            limit.Word,
            text => T.CreateSaturating(Read(text, Kinds[limit.Word].Units, Kinds[limit.Word].Expected)),
            limit.Fault);

    /// <summary>Whether an option takes a quantity with its unit.</summary>
    internal static bool Takes(JobLimit limit) => Kinds.ContainsKey(limit.Word);

    private static double Read(string text, Dictionary<string, double> units, string expected)
    {
        int end = text.Length;
        while (end > 0 && (char.IsAsciiLetter(text[end - 1]) || text[end - 1] == '%'))
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
