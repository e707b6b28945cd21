using System.Globalization;
using System.Text;

namespace Cluster.DataSpecs;

/// <summary>
/// A comma-separated list of labelled files: a header that names at least the columns <c>label</c> and <c>file</c>, one
/// line for each file.
/// </summary>
internal static class LabelCsv
{
    private const long MaximumBytes = 256 << 20;

    // More lines than the largest sets used for calibration.
    private const int MostLines = 2_000_000;

    /// <summary>Files as written and their labels, in the order of the lines.</summary>
    public static List<(string File, int Label)> Read(string fullPath, string source, DataAccess access)
    {
        string path = access.Shown(fullPath);
        using StreamReader reader = new(new MemoryStream(DataFile.ReadAll(fullPath, source, MaximumBytes, access)), Encoding.UTF8);
        List<string> header = Split(reader.ReadLine() ?? string.Empty, path, 1);
        int label = Column(header, "label");
        int file = Column(header, "file");
        if (label < 0 || file < 0)
        {
            throw new DataSpecException(
                $"The label file '{path}' has the columns '{string.Join(',', header)}'; expected a header line with the "
                + "columns 'label' and 'file'.")
            {
                WithoutContent =
                    $"The label file '{path}' is not a list of labels; expected a header line with the columns 'label' and 'file'.",
            };
        }

        List<(string File, int Label)> rows = [];
        int line = 1;
        while (reader.ReadLine() is string text)
        {
            line++;
            if (text.Length == 0)
            {
                continue;
            }

            List<string> fields = Split(text, path, line);
            if (fields.Count != header.Count)
            {
                throw new DataSpecException(
                    $"Line {line} of the label file '{path}' has {fields.Count} fields but the header has "
                    + $"{header.Count}; correct that line.");
            }

            if (rows.Count == MostLines)
            {
                throw new DataSpecException(
                    $"The label file '{path}' has more than {MostLines} lines, as many as are read; give a part of it.");
            }

            rows.Add((FileName(fields[file], path, line), Label(fields[label], path, line)));
        }

        return rows.Count > 0
            ? rows
            : throw new DataSpecException($"The label file '{path}' has a header but no lines; expected one line for each image.");
    }

    private static string FileName(string text, string path, int line) => text.Length > 0 && !text.Contains('\0', StringComparison.Ordinal)
        ? text
        : throw new DataSpecException(
            $"Line {line} of the label file '{path}' names no file, or one with a null character; correct its column 'file'.");

    private static int Label(string text, string path, int line) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int label)
            ? label
            : throw new DataSpecException(
                $"Line {line} of the label file '{path}' has the label '{text}'; expected a class index, a whole number from 0.");

    private static int Column(List<string> header, string name) =>
        header.FindIndex(column => column.Trim().Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>Fields of one line by RFC 4180, without line breaks inside quotes.</summary>
    private static List<string> Split(string text, string path, int line)
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
            else if (character == ',' && !quoted)
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
            ? throw new DataSpecException($"Line {line} of the label file '{path}' has a quote that is not closed; correct that line.")
            : fields;
    }
}
