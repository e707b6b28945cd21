namespace Cluster.DataSpecs.Labels;

/// <summary>The characters that a network reads, in the order of its classes without the blank.</summary>
internal sealed class Alphabet
{
    private const long MaximumBytes = 1 << 20;

    private readonly Dictionary<Rune, int> _places = [];
    private readonly string _path;

    private Alphabet(string path) => _path = path;

    /// <summary>How many there are.</summary>
    public int Count => _places.Count;

    /// <summary>Reads a text of one character a line, or of all of them in its only line.</summary>
    /// <exception cref="DataSpecException">It is empty, or holds a character twice.</exception>
    public static Alphabet Read(string fullPath, string source, DataAccess access)
    {
        var alphabet = new Alphabet(access.Shown(fullPath));
        string text = Encoding.UTF8.GetString(DataFile.ReadAll(fullPath, source, MaximumBytes, access)).TrimStart('\uFEFF');
        string[] lines = [.. text.Split('\n').Select(line => line.TrimEnd('\r')).Where(line => line.Length > 0)];
        if (lines.Length == 0 || (lines.Length > 1 && Array.Exists(lines, line => line.EnumerateRunes().Skip(1).Any())))
        {
            throw new DataSpecException(
                $"The alphabet '{alphabet._path}' is {(lines.Length == 0 ? "empty" : "not one character a line")}; expected the characters "
                + "in the order of the network's classes without the blank, one a line, or all in one line.");
        }

        foreach (var character in lines.SelectMany(line => line.EnumerateRunes()))
        {
            if (!alphabet._places.TryAdd(character, alphabet.Count))
            {
                throw new DataSpecException($"The alphabet '{alphabet._path}' holds a character twice ('{character}'); correct it.");
            }
        }

        return alphabet;
    }

    /// <summary>The places of a text's characters.</summary>
    /// <param name="file">The picture that it stands in.</param>
    /// <exception cref="DataSpecException">One is not in the alphabet.</exception>
    public IReadOnlyList<int> Places(string text, string file) =>
    [
        .. text.EnumerateRunes().Select(character => _places.TryGetValue(character, out int place)
            ? place
            : throw new DataSpecException(
                $"The text of '{file}' has the character '{character}', which the alphabet '{_path}' lacks; correct one of them.")
            {
                WithoutContent = $"A text has a character that the alphabet '{_path}' lacks; correct one of them.",
            }),
    ];
}
