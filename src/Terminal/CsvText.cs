using System.Text;

namespace Cluster.Terminal;

/// <summary>
/// Comma-separated values by RFC 4180: CRLF after every record, fields quoted where they must be, numbers that read
/// back exactly. Text that a spreadsheet would compute, or a terminal obey, is neither: an apostrophe comes first, and control characters
/// are U+FFFD.
/// </summary>
public sealed class CsvText
{
    private readonly StringBuilder _text = new();
    private readonly int _columns;

    /// <summary>Starts a file with its headings.</summary>
    public CsvText(params string[] headings)
    {
        _columns = headings.Length;
        Add([.. headings]);
    }

    /// <summary>Adds a record of strings, numbers and booleans; null is an empty field.</summary>
    /// <exception cref="ArgumentException">The number of fields differs from that of the headings.</exception>
    public void Add(params object?[] fields)
    {
        if (fields.Length != _columns)
        {
            throw new ArgumentException($"A record has {fields.Length} fields where {_columns} are expected.", nameof(fields));
        }

        _text.AppendJoin(',', fields.Select(Field)).Append("\r\n");
    }

    /// <inheritdoc/>
    public override string ToString() => _text.ToString();

    private static string Field(object? value) => value switch
    {
        null => string.Empty,
        bool truth => truth ? "true" : "false",
        double number => number.ToString("R", CultureInfo.InvariantCulture),
        IFormattable number => number.ToString(format: null, CultureInfo.InvariantCulture),
        _ => Quote(value.ToString()!),
    };

    private static string Quote(string given)
    {
        string text = string.Concat(given.Select(one => char.IsControl(one) && one is not ('\r' or '\n' or '\t') ? '\uFFFD' : one));
        text = text is ['=' or '+' or '-' or '@' or '\t' or '\r', ..] ? $"'{text}" : text;
        return text.AsSpan().IndexOfAny(",\"\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}
