using Cluster.Coordinator.Running;

namespace Cluster.Evaluation.Labels;

/// <summary>
/// Labels of evaluation images from a CSV file: a column <c>label</c>, and <c>image</c> (an index in the evaluation set, from 0) or
/// <c>file</c>. An empty label is not given yet; a question mark says that the class cannot be told.
/// </summary>
public sealed class GivenLabels : ILabels
{
    private const long MostBytes = 256 << 20;

    private readonly Dictionary<int, int> _labels = [];

    /// <summary>Images that have a label, or a question mark.</summary>
    public int Count => _labels.Count;

    /// <summary>Reads a file.</summary>
    /// <param name="path">Path of the file.</param>
    /// <param name="images">The evaluation images.</param>
    /// <param name="classes">Classes of the network.</param>
    /// <exception cref="KernelException">The file is missing, damaged, or not about these images.</exception>
    public static GivenLabels Read(string path, SampleSet images, int classes)
    {
        string name = $"the label file '{path}'";
        CsvTable table;
        try
        {
            table = CsvTable.Read(DataFile.ReadAll(Path.GetFullPath(path), path, MostBytes, DataAccess.Anywhere), name);
        }
        catch (DataSpecException refusal)
        {
            throw new KernelException(refusal.Message, refusal);
        }

        var (label, image, file) = (table.Column("label"), table.Column("image"), table.Column("file"));
        if (label < 0 || (image < 0 && file < 0))
        {
            throw new KernelException(
                $"The columns of {name} are '{string.Join(',', table.Header)}'; expected a header line with 'label' and with 'image' (the "
                + "index of an evaluation image, from 0) or 'file'.");
        }

        var places = file < 0 ? [] : Places(images);
        var given = new GivenLabels();
        foreach (var (line, fields) in table.Rows)
        {
            if (fields[label].Trim() is { Length: > 0 } text)
            {
                string where = $"Line {line} of {name}";
                string index = image < 0 ? string.Empty : fields[image].Trim();
                given.Add(Image(where, index, file < 0 ? string.Empty : fields[file]), Class(where, text), where);
            }
        }

        return given;

        int Image(string where, string index, string named)
        {
            int? byFile = places.TryGetValue(named, out int place) ? place : null;
            if (index.Length == 0)
            {
                return byFile ?? throw new KernelException(
                    $"{where} names the file '{named}', which is none of the evaluation images '{images.Name}'; name one as they do.");
            }

            if (!int.TryParse(index, NumberStyles.None, CultureInfo.InvariantCulture, out int found) || found >= images.Count)
            {
                throw new KernelException($"{where} is about image '{index}'; expected an index from 0 to {images.Count - 1}.");
            }

            return named.Length == 0 || images.FileOf(found) is not { } own || own == named ? found : throw new KernelException(
                $"{where} says that image {found} is '{named}' where it is '{own}'; the list belongs to other evaluation images.");
        }

        int Class(string where, string text) => text == LabelListText.CannotTell ? LabelResult.Unknown
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int found) && found < classes ? found
            : throw new KernelException(
                $"{where} has the label '{text}'; expected a class from 0 to {classes - 1}, or {LabelListText.CannotTell} "
                + "if it cannot be told.");
    }

    /// <summary>The images of a request that have no label here.</summary>
    public IEnumerable<int> Missing(LabelItem item) => item.Images.Where(image => !_labels.ContainsKey(image));

    /// <summary>The label of an image, or null if it is not given.</summary>
    public int? Of(int image) => _labels.TryGetValue(image, out int label) ? label : null;

    /// <inheritdoc/>
    public Task<LabelResult> OfAsync(LabelItem item, CancellationToken cancellationToken) => Missing(item).Any()
        ? throw new LabelsWantedException(item)
        : Task.FromResult(new LabelResult([.. item.Images.Select(image => _labels[image])]));

    private static Dictionary<string, int> Places(SampleSet images)
    {
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int i = 0; i < images.Count; i++)
        {
            if (images.FileOf(i) is { } file)
            {
                places.TryAdd(file, i);
            }
        }

        return places;
    }

    private void Add(int image, int label, string where)
    {
        if (!_labels.TryAdd(image, label) && _labels[image] != label)
        {
            throw new KernelException($"{where} gives image {image} another label than a line before it; leave one of them.");
        }
    }
}
