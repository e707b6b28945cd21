namespace Cluster.DataSpecs;

/// <summary>
/// A table by RFC 4180, without line breaks inside quotes: a header line, and one line for each row. Fields are separated by commas, or by
/// semicolons if the header has those only, as spreadsheets write where a comma is the decimal sign.
/// </summary>
/// <param name="Header">The names of the columns.</param>
/// <param name="Rows">The fields of each row, as many as the header has, and the number of its line; empty lines are left out.</param>
public sealed record CsvTable(IReadOnlyList<string> Header, IReadOnlyList<(int Line, IReadOnlyList<string> Fields)> Rows)
{
    // More lines than the largest sets of images.
    private const int MostLines = 2_000_000;

    /// <summary>Reads a table in UTF-8.</summary>
    /// <param name="text">The file's bytes.</param>
    /// <param name="name">The file in the words of errors: "the label file 'val.csv'".</param>
    /// <exception cref="DataSpecException">A line is not valid.</exception>
    public static CsvTable Read(byte[] text, string name)
    {
        using StreamReader reader = new(new MemoryStream(text), Encoding.UTF8);
        string first = reader.ReadLine() ?? string.Empty;
        char separator = first.Contains(';', StringComparison.Ordinal) && !first.Contains(',', StringComparison.Ordinal) ? ';' : ',';
        List<string> header = Split(first, separator, name, 1);
        List<(int Line, IReadOnlyList<string> Fields)> rows = [];
        int line = 1;
        while (reader.ReadLine() is string row)
        {
            line++;
            if (row.Length == 0)
            {
                continue;
            }

            List<string> fields = Split(row, separator, name, line);
            if (fields.Count != header.Count)
            {
                throw new DataSpecException(
                    $"Line {line} of {name} has {fields.Count} fields but the header has {header.Count}; correct that line.");
            }

            if (rows.Count == MostLines)
            {
                throw new DataSpecException(
                    $"{char.ToUpperInvariant(name[0])}{name[1..]} has more than {MostLines} lines, as many as are read; "
                    + "give a part of it.");
            }

            rows.Add((line, fields));
        }

        return new CsvTable(header, rows);
    }

    /// <summary>The place of a column by its name, in any case; -1 if there is none.</summary>
    public int Column(string name) =>
        Header.Select(column => column.Trim()).ToList().FindIndex(column => column.Equals(name, StringComparison.OrdinalIgnoreCase));

    private static List<string> Split(string text, char separator, string name, int line)
    {
        List<string> fields = [];
        StringBuilder field = new();
        bool quoted = false;
        for (int i = 0; i < text.Length; i++)
        {
            char character = text[i];
            if (quoted && character == '"' && i + 1 < text.Length && text[i + 1] == '"')
            {
                field.Append('"');
                i++;
            }
            else if (character == '"')
            {
                quoted = !quoted;
            }
            else if (character == separator && !quoted)
            {
                fields.Add(field.ToString());
                field.Clear();
            }
            else
            {
                field.Append(character);
            }
        }

        fields.Add(field.ToString());
        return quoted
            ? throw new DataSpecException($"Line {line} of {name} has a quote that is not closed; correct that line.")
            : fields;
    }
}
