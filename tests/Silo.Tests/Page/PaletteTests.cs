namespace Cluster.Silo.Tests.Page;

/// <summary>Colours that can be read: WCAG 2.2, 1.4.3 and 1.4.11, level AA.</summary>
public sealed partial class PaletteTests
{
    private const double Text = 4.5;
    private const double Graphics = 3;

    private static readonly string Style = Checkout.Read("src", "Silo", "Page", "Assets", "styles", "palette.css");

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Palette_InEachTheme_HasTheContrastOfLevelAA(int theme)
    {
        var colours = Palettes(Style)[theme];
        foreach (string background in new[] { "page", "card", "faint" })
        {
            Contrast(colours["ink"], colours[background]).ShouldBeGreaterThanOrEqualTo(Text, background);
            Contrast(colours["soft"], colours[background]).ShouldBeGreaterThanOrEqualTo(Text, background);
            Contrast(colours["front"], colours[background]).ShouldBeGreaterThanOrEqualTo(Text, $"links and focus on {background}");
        }

        foreach (string text in new[] { "win", "int8", "fp32", "bad" })
        {
            Contrast(colours[text], colours["card"]).ShouldBeGreaterThanOrEqualTo(Text, text);
        }

        Contrast(colours["other"], colours["card"]).ShouldBeGreaterThanOrEqualTo(Graphics, "marks of beaten plans");
        Contrast(colours["card"], colours["front"]).ShouldBeGreaterThanOrEqualTo(Text, "words on the main button");
    }

    [Fact]
    public void Palette_OfThePage_IsThatOfTheReport()
    {
        var report = Palettes(Checkout.Read("src", "Reporting", "Html", "ReportStyle.cs"));
        var page = Palettes(Style);

        page.Count.ShouldBe(2);
        for (int theme = 0; theme < page.Count; theme++)
        {
            page[theme].ShouldBe(report[theme], ignoreOrder: true);
        }
    }

    [Theory]
    [InlineData("#000", "#fff", 21)]
    [InlineData("#767676", "#fff", 4.54)]
    public void Contrast_OfKnownPairs_IsTheirs(string one, string other, double ratio) =>
        Contrast(one, other).ShouldBe(ratio, 0.005);

    private static List<Dictionary<string, string>> Palettes(string style) =>
        [.. Block().Matches(style).Select(block => Colour().Matches(block.Value)
            .ToDictionary(colour => colour.Groups["name"].Value, colour => colour.Groups["value"].Value, StringComparer.Ordinal))
            .Where(colours => colours.Count > 0)];

    // The formula of WCAG 2.2: https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio
    private static double Contrast(string one, string other)
    {
        double[] light = [.. new[] { Luminance(one), Luminance(other) }.OrderDescending()];
        return (light[0] + 0.05) / (light[1] + 0.05);
    }

    private static double Luminance(string colour)
    {
        string digits = colour.TrimStart('#');
        digits = digits.Length == 3 ? string.Concat(digits.Select(digit => new string(digit, 2))) : digits;
        double[] parts = [.. Enumerable.Range(0, 3).Select(i => Linear(Convert.ToInt32(digits.Substring(2 * i, 2), 16) / 255.0))];
        return (0.2126 * parts[0]) + (0.7152 * parts[1]) + (0.0722 * parts[2]);
    }

    private static double Linear(double part) => part <= 0.04045 ? part / 12.92 : Math.Pow((part + 0.055) / 1.055, 2.4);

    [GeneratedRegex(@":root\s*\{[^}]*\}", RegexOptions.CultureInvariant, 10_000)]
    private static partial Regex Block();

    [GeneratedRegex("--(?<name>[a-z0-9]+):\\s*(?<value>#[0-9a-f]+)", RegexOptions.CultureInvariant, 10_000)]
    private static partial Regex Colour();
}
