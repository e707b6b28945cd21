using System.Runtime.CompilerServices;
using System.Text;

namespace Cluster.Reporting.Html;

/// <summary>
/// Collects HTML. The literal parts of an interpolated string are markup, its holes are text and get encoded. Plain
/// strings are not accepted, so a name cannot be written unencoded by accident.
/// </summary>
internal sealed class HtmlWriter
{
    private readonly StringBuilder _html = new();

    /// <summary>Adds markup with encoded holes.</summary>
    public HtmlWriter Add([InterpolatedStringHandlerArgument("")] ref Markup markup)
    {
        // The handler has written the parts already.
        _ = markup;
        return this;
    }

    /// <inheritdoc/>
    public override string ToString() => _html.ToString();

    private void Encode(string text)
    {
        foreach (var c in VisibleText.Clean(text))
        {
            _ = c switch
            {
                '&' => _html.Append("&amp;"),
                '<' => _html.Append("&lt;"),
                '>' => _html.Append("&gt;"),
                '"' => _html.Append("&quot;"),
                '\'' => _html.Append("&#39;"),
                _ => _html.Append(c),
            };
        }
    }

    /// <summary>The interpolated string handler that the compiler calls.</summary>
    [InterpolatedStringHandler]
    internal readonly ref struct Markup
    {
        private readonly HtmlWriter _writer;

        public Markup(int literalLength, int formattedCount, HtmlWriter writer)
        {
            _writer = writer;
            writer._html.EnsureCapacity(writer._html.Length + literalLength + (16 * formattedCount));
        }

        public void AppendLiteral(string markup) => _writer._html.Append(markup);

        public void AppendFormatted(string? text) => _writer.Encode(text ?? string.Empty);

        /// <summary>Numbers in markup are coordinates: two digits are below what a screen shows.</summary>
        public void AppendFormatted(double number) =>
            _writer._html.Append((Math.Round(number, 2) + 0.0).ToString("0.##"));

        public void AppendFormatted(long number) => _writer._html.Append(number);

        /// <summary>Markup of our own.</summary>
        public void AppendFormatted(ConstantMarkup markup) => _writer._html.Append(markup.Html);
    }
}
