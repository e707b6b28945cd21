namespace Cluster.DataSpecs;

/// <summary>
/// The sources of samples as text: parts joined by <c>+</c>, each <c>idx:IMAGES[,labels=FILE]</c>, <c>cifar10:FILE</c>,
/// <c>folder:DIR[,labels=FILE.csv|FILE.json|DIR][,alphabet=FILE]</c>, <c>imagefolder:DIR</c>, <c>npz:FILE</c> or
/// <c>npy:FILE[,labels=FILE.npy]</c>, each with an optional slice <c>@a..b</c> at its end. <c>labels=none</c> leaves labels out;
/// <c>names=FILE</c>, the last option, names the classes. A <c>+</c> separates only before a scheme and an <c>@</c> counts only in a
/// trailing <c>@a..b</c>, so paths may contain both.
/// </summary>
public sealed class DataSpec : IEquatable<DataSpec>
{
    internal DataSpec(IReadOnlyList<DataPart> parts) => Parts = parts;

    /// <summary>At least one part, in the order in which their samples follow each other.</summary>
    public IReadOnlyList<DataPart> Parts { get; }

    /// <summary>
    /// Whether all parts hold arrays, which a network gets unchanged; otherwise some hold images, which are preprocessed.
    /// </summary>
    public bool IsArrays => Parts.All(part => part.Format is DataFormat.Npz or DataFormat.Npy);

    /// <summary>Parses a spec; does not look at files.</summary>
    /// <exception cref="DataSpecException">The text does not follow the grammar; the message says what was found and
    /// what is possible.</exception>
    public static DataSpec Parse(string text) => DataSpecParser.Parse(text);

    /// <summary>The same with its paths in another form.</summary>
    public DataSpec At(Func<string, string> place) => new([.. Parts.Select(part => part with
    {
        Path = place(part.Path),
        LabelsPath = part.LabelsPath is { } labels ? place(labels) : null,
        AlphabetPath = part.AlphabetPath is { } alphabet ? place(alphabet) : null,
        NamesPath = part.NamesPath is { } names ? place(names) : null,
    })]);

    /// <summary>The canonical text: equal specs have equal texts, and it parses to an equal spec. Paths stay as written.</summary>
    public override string ToString() => string.Join('+', Parts);

    /// <summary>Compares the parts in order; paths are compared as written.</summary>
    public bool Equals(DataSpec? other) => other is not null && Parts.SequenceEqual(other.Parts);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as DataSpec);

    /// <inheritdoc/>
    public override int GetHashCode() => ToString().GetHashCode(StringComparison.Ordinal);
}
