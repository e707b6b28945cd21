namespace Cluster.Terminal.Options;

/// <summary>Parses shares as people write them.</summary>
internal static class Fraction
{
    /// <summary>"0.5%" and "0.005" are both 0.005.</summary>
    /// <exception cref="FormatException">The text is neither a finite number nor a percentage; the message says so to
    /// the user.</exception>
    public static double Parse(string text)
    {
        bool isPercentage = text.EndsWith('%');
        string digits = isPercentage ? text[..^1] : text;
        return double.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number)
            ? isPercentage ? number / 100 : number
            : throw new FormatException($"'{text}' is not a share; write 0.5% or 0.005.");
    }
}
