using System.Text;

namespace Cluster.DataSpecs.Labels;

/// <summary>The names of a network's classes, from the file that a data spec names.</summary>
public sealed class ClassNames
{
    private const long MaximumBytes = 1 << 20;

    private readonly string[] _names;

    private ClassNames(string[] names) => _names = names;

    /// <summary>No names: classes are called by their numbers.</summary>
    public static ClassNames None { get; } = new([]);

    /// <summary>Reads those of the first part of a spec that has some, one name a line in the order of the classes.</summary>
    /// <exception cref="DataSpecException">The file is not readable.</exception>
    /// <exception cref="MissingDataException">The file was not found.</exception>
    public static ClassNames Read(string spec, DataAccess access)
    {
        if (DataSpec.Parse(spec).Parts.FirstOrDefault(part => part.NamesPath is not null) is not { NamesPath: { } file } part)
        {
            return None;
        }

        byte[] bytes = DataFile.ReadAll(LabelFiles.Find(part, file, access.CurrentDirectory, access), $"{part}", MaximumBytes, access);
        string text = Encoding.UTF8.GetString(bytes).TrimStart('\uFEFF').TrimEnd();
        return text.Length == 0 ? None : new ClassNames([.. text.Split('\n').Select(line => line.Trim())]);
    }

    /// <summary>A class for people: "3 (cat)", or its number where it has no name.</summary>
    public string Of(int number) => number < _names.Length && _names[number].Length > 0 ? $"{number} ({_names[number]})" : $"{number}";
}
