using Cluster.Terminal;

namespace Cluster.Client.Data;

/// <summary>The column "file" of a list of labels (CSV with a header).</summary>
internal static class ListedFiles
{
    /// <returns>At least one file, in the order of the lines.</returns>
    /// <exception cref="UsageException">It is no such list.</exception>
    public static IReadOnlyList<string> Read(string path)
    {
        using var reader = new StreamReader(path);
        int column = Fields(reader.ReadLine() ?? "").FindIndex(name => name.Trim().Equals("file", StringComparison.OrdinalIgnoreCase));
        if (column < 0)
        {
            throw new UsageException($"the label file '{path}' has no column 'file'; a header line with the columns 'label' and 'file' is expected.");
        }

        var files = new List<string>();
        for (int line = 2; reader.ReadLine() is { } text; line++)
        {
            if (text.Length == 0)
            {
                continue;
            }

            var fields = Fields(text);
            files.Add(fields.Count > column && fields[column].Length > 0 && !fields[column].Contains('\0', StringComparison.Ordinal)
                ? fields[column]
                : throw new UsageException($"line {line} of the label file '{path}' names no file; correct its column 'file'."));
        }

        return files.Count > 0 ? files : throw new UsageException($"the label file '{path}' has a header but no lines; one line for each image is expected.");
    }

    // RFC 4180 without line breaks in quotes: every other quote toggles, and a doubled one inside quotes is one.
    private static List<string> Fields(string line)
    {
        var fields = new List<string>();
        string[] pieces = line.Split(',');
        for (int i = 0; i < pieces.Length; i++)
        {
            string field = pieces[i];
            while (field.Count(c => c == '"') % 2 == 1 && i + 1 < pieces.Length)
            {
                field += $",{pieces[++i]}";
            }

            fields.Add(field.Length > 1 && field[0] == '"' && field[^1] == '"' ? field[1..^1].Replace("\"\"", "\"", StringComparison.Ordinal) : field);
        }

        return fields;
    }
}
