namespace Cluster.DataSpecs.Labels;

/// <summary>Reads YOLO's text of one picture: for each object its class, centre, width and height, as shares of the picture.</summary>
internal static class YoloLabels
{
    private const long MaximumBytes = 16 << 20;
    private const int Numbers = 5;

    /// <summary>The objects of a file.</summary>
    /// <exception cref="DataSpecException">A line is not valid.</exception>
    public static IReadOnlyList<ListedBox> Read(string fullPath, string source, DataAccess access)
    {
        string path = access.Shown(fullPath);
        string[] lines = Encoding.UTF8.GetString(DataFile.ReadAll(fullPath, source, MaximumBytes, access)).Split('\n');
        return [.. lines.Index().Where(line => !string.IsNullOrWhiteSpace(line.Item)).Select(line => Box(line.Item, line.Index + 1, path))];
    }

    private static ListedBox Box(string line, int number, string path)
    {
        string[] words = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        float[] sides =
        [
            .. words.Skip(1).Select(word => float.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out float side)
                ? side
                : float.NaN),
        ];
        if (words.Length != Numbers
            || !int.TryParse(words[0], NumberStyles.None, CultureInfo.InvariantCulture, out int kind)
            || !Array.TrueForAll(sides, side => side is >= 0 and <= 1))
        {
            string told = $"Line {number} of the label file '{path}' is not read as YOLO's";
            const string Expected = "expected a class from 0, and centre x, centre y, width and height from 0 to 1.";
            throw new DataSpecException($"{told}: '{line.Trim()}'; {Expected}") { WithoutContent = $"{told}; {Expected}" };
        }

        var (x, y, width, height) = (sides[0], sides[1], sides[2], sides[3]);
        return new ListedBox(x - (width / 2), y - (height / 2), x + (width / 2), y + (height / 2), kind)
        {
            Category = kind + 1,
            IsShare = true,
        };
    }
}
