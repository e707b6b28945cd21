namespace Cluster.Networks.Graphs;

/// <summary>
/// A network as data: nodes in topological order, constants by name. Never mutated; a pass returns a new graph. Initializers are never
/// listed among <see cref="Inputs"/>, even if the file lists them.
/// </summary>
public sealed record ModelGraph
{
    /// <summary>As in the file.</summary>
    public required string Name { get; init; }

    /// <summary>Version of the default ONNX operator set.</summary>
    public required int Opset { get; init; }

    /// <summary>The inputs of a run.</summary>
    public required IReadOnlyList<ValueInfo> Inputs { get; init; }

    /// <summary>In the order of the file.</summary>
    public required IReadOnlyList<ValueInfo> Outputs { get; init; }

    /// <summary>In execution order.</summary>
    public required IReadOnlyList<GraphNode> Nodes { get; init; }

    /// <summary>Constants by name.</summary>
    public required IReadOnlyDictionary<string, TensorData> Initializers { get; init; }

    /// <summary>Versions of the other domains whose operators the file may use.</summary>
    public IReadOnlyDictionary<string, long> Domains { get; init; } = new Dictionary<string, long>(StringComparer.Ordinal);

    /// <summary>The file's metadata: that of its author, and with keys that begin with "cluster." that of this program.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>What else the file says of itself.</summary>
    public ModelNotes Notes { get; init; } = ModelNotes.None;

    /// <summary>Whether a run takes one sample whole: an input has no free axis of samples before all others.</summary>
    public bool TakesOneSample => Inputs.Any(input => input.Shape is not [-1, ..]);

    /// <summary>The inputs as data have them, samples outermost; see <see cref="SampleTurns"/>.</summary>
    public IReadOnlyList<ValueInfo> SampleInputs => TakesOneSample
        ? [.. Inputs.Select(input => input.Shape is [-1, ..] ? input : input with
        {
            Shape = [-1, .. SampleTurns.BySample([.. input.Shape])[1..]],

            // An axis of samples may come before all others.
            FreeAxes = [.. input.FreeAxes.Select(axis =>
                axis + SampleTurns.BySample([.. input.Shape]).Length - input.Shape.Count)],
        })]
        : Inputs;

    /// <summary>The file's fixed batch size, if normalisation made the batch free; else null.</summary>
    public long? FixedBatch { get; init; }

    /// <summary>The other float that parts of the file compute in, if normalisation made them float32; else null.</summary>
    public ElementType? Widened { get; init; }

    /// <summary>How its first layer reads pixels, if files are to take those instead of floats; else null.</summary>
    public PixelInput? Pixels { get; init; }

    /// <summary>Whether the file lists constants among its inputs, where a caller may replace them: runtimes then fold nothing.</summary>
    public bool ListsConstants { get; init; }
}

/// <summary>What a file says of itself for people and tools, beside its metadata; nothing is computed of it.</summary>
/// <param name="Domain">Whose network it is, as in "com.example".</param>
/// <param name="Version">The version of the network.</param>
/// <param name="Text">The model's <c>doc_string</c>.</param>
/// <param name="GraphText">The graph's <c>doc_string</c>.</param>
/// <param name="GraphMetadata">The graph's own metadata, in the order of the file.</param>
public sealed record ModelNotes(
    string Domain, long Version, string Text, string GraphText, IReadOnlyList<KeyValuePair<string, string>> GraphMetadata)
{
    /// <summary>Nothing is said.</summary>
    public static readonly ModelNotes None = new(string.Empty, 0, string.Empty, string.Empty, []);
}
