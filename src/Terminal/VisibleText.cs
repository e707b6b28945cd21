using System.Text;

namespace Cluster.Terminal;

/// <summary>
/// Makes names from untrusted files safe: characters that control a terminal, end a line or reverse the direction of text are made visible.
/// </summary>
public static class VisibleText
{
    /// <summary>The text with control, bidirectional and unpaired surrogate characters replaced by U+FFFD.</summary>
    public static string Clean(string text) =>
        string.Concat(text.EnumerateRunes().Select(rune => IsPlain(rune) ? rune : Rune.ReplacementChar));

    /// <summary>The cleaned text; the middle of a text longer than <paramref name="length"/> characters is left out.</summary>
    public static string Shorten(string text, int length)
    {
        var clean = Clean(text);
        if (clean.Length <= length)
        {
            return clean;
        }

        // Group names differ more often at their ends than at their beginnings.
        var tail = (length - 1) * 2 / 3;
        var head = length - 1 - tail;
        return Clean(clean[..head] + "…" + clean[^tail..]);
    }

    private static bool IsPlain(Rune rune) => !rune.IsBmp || Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control
        or UnicodeCategory.Format
        or UnicodeCategory.LineSeparator
        or UnicodeCategory.ParagraphSeparator);
}
