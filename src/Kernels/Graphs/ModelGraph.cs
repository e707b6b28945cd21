namespace Cluster.Kernels.Graphs;

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

    /// <summary>The file's other metadata with keys that begin with "cluster.".</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Whether a run takes one sample whole: an input has no free axis of samples before all others.</summary>
    public bool TakesOneSample => Inputs.Any(input => input.Shape is not [-1, ..]);

    /// <summary>The inputs as data have them, samples outermost; see <see cref="SampleTurns"/>.</summary>
    public IReadOnlyList<ValueInfo> SampleInputs => TakesOneSample
        ? [.. Inputs.Select(input => input with
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

    /// <summary>Whether the file lists constants among its inputs, where a caller may replace them: runtimes then fold nothing.</summary>
    public bool ListsConstants { get; init; }
}
