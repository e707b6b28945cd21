using System.CommandLine;
using System.Globalization;

namespace Cluster.Terminal;

/// <summary>Sizes as people write them: 512MB, 3GB, 1.5GiB. Decimal units are powers of 1,000, the others of 1,024.</summary>
public static class ByteSize
{
    private static readonly (string Unit, long Bytes)[] Units =
    [
        ("KiB", 1L << 10), ("MiB", 1L << 20), ("GiB", 1L << 30), ("TiB", 1L << 40),
        ("kB", 1_000), ("KB", 1_000), ("MB", 1_000_000), ("GB", 1_000_000_000), ("TB", 1_000_000_000_000),
    ];

    /// <summary>An option whose value is a size; null if it was not given.</summary>
    /// <param name="least">Bytes; less is refused.</param>
    public static Option<long?> Option(string name, string description, long least) => new(name)
    {
        Description = description,
        HelpName = "SIZE",
        CustomParser = result =>
        {
            string text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
            if (!TryParse(text, out long bytes))
            {
                result.AddError($"{name} is '{text}'; a number with a unit is expected, such as 800MB or 3GB.");
            }
            else if (bytes < least)
            {
                result.AddError($"{name} is {text}; {Text(least)} or more is expected.");
            }

            return bytes;
        },
    };

    /// <summary>Reads a size; a unit must be given.</summary>
    public static bool TryParse(string text, out long bytes)
    {
        foreach (var (unit, size) in Units)
        {
            if (text.EndsWith(unit, StringComparison.Ordinal)
                && decimal.TryParse(
                    text[..^unit.Length].TrimEnd(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal number)
                && number <= long.MaxValue / size)
            {
                bytes = (long)(number * size);
                return true;
            }
        }

        bytes = 0;
        return false;
    }

    /// <summary>In the largest decimal unit of which there is one or more, e.g. "1.5 GB".</summary>
    public static string Text(long bytes)
    {
        var (unit, size) = Units.Where(known => known.Unit is "kB" or "MB" or "GB" or "TB").LastOrDefault(known => bytes >= known.Bytes);
        return size == 0
            ? string.Create(CultureInfo.InvariantCulture, $"{bytes} bytes")
            : string.Create(CultureInfo.InvariantCulture, $"{(double)bytes / size:0.#} {unit}");
    }
}
