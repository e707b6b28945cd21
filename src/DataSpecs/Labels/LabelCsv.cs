namespace Cluster.DataSpecs.Labels;

/// <summary>
/// A list of labelled files: a header that names at least the columns <c>file</c> (or <c>path</c>) and <c>label</c> (or <c>class</c>), or
/// with an alphabet <c>text</c>, one line for each file.
/// </summary>
internal static class LabelCsv
{
    private const long MaximumBytes = 256 << 20;

    // What else these columns are called.
    private static readonly string[] Files = ["path", "filename", "file_name", "image"];
    private static readonly string[] Classes = ["class", "class_id", "target"];

    /// <summary>Files as written and their labels, in the order of the lines.</summary>
    public static List<(string File, int Label)> Read(string fullPath, string source, DataAccess access) =>
        Read(fullPath, source, access, "label", Label);

    /// <summary>Files as written and their texts, in the order of the lines.</summary>
    public static List<(string File, string Text)> ReadTexts(string fullPath, string source, DataAccess access) =>
        Read(fullPath, source, access, "text", (text, _, _) => text);

    private static List<(string File, T Label)> Read<T>(
        string fullPath, string source, DataAccess access, string column, Func<string, string, int, T> parse)
    {
        string path = access.Shown(fullPath);
        var table = CsvTable.Read(DataFile.ReadAll(fullPath, source, MaximumBytes, access), $"the label file '{path}'");
        int label = Place(table, column, column == "label" ? Classes : []);
        int file = Place(table, "file", Files);
        if (label < 0 || file < 0)
        {
            throw new DataSpecException(
                $"The label file '{path}' has the columns '{string.Join(',', table.Header)}'; expected a header line with the "
                + $"columns '{column}' and 'file'.")
            {
                WithoutContent =
                    $"The label file '{path}' is not a list of labels; expected a header line with the columns '{column}' and 'file'.",
            };
        }

        List<(string File, T Label)> rows =
            [.. table.Rows.Select(row => (FileName(row.Fields[file], path, row.Line), parse(row.Fields[label], path, row.Line)))];
        return rows.Count > 0
            ? rows
            : throw new DataSpecException($"The label file '{path}' has a header but no lines; expected one line for each image.");
    }

    private static int Place(CsvTable table, string name, string[] others) =>
        others.Prepend(name).Select(table.Column).FirstOrDefault(place => place >= 0, -1);

    private static string FileName(string text, string path, int line) => text.Length > 0 && !text.Contains('\0', StringComparison.Ordinal)
        ? text
        : throw new DataSpecException(
            $"Line {line} of the label file '{path}' names no file, or one with a null character; correct its column 'file'.");

    private static int Label(string text, string path, int line) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int label)
            ? label
            : throw new DataSpecException(
                $"Line {line} of the label file '{path}' has the label '{text}'; expected a class index, a whole number from 0: write the "
                + "position of the class among the network's outputs, or give folders named by class as imagefolder:.");
}
