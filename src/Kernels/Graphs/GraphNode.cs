namespace Cluster.Kernels.Graphs;

/// <summary>One operator of the graph. An optional input that is absent is the empty string, as in ONNX.</summary>
/// <param name="Name">Unique and never empty: the reader invents one where the file has none.</param>
/// <param name="OpType">The operator, of <see cref="Domain"/>.</param>
public sealed record GraphNode(
    string Name,
    string OpType,
    IReadOnlyList<string> Inputs,
    IReadOnlyList<string> Outputs,
    IReadOnlyDictionary<string, AttributeValue> Attributes)
{
    /// <summary>
    /// The operator's domain, empty for ONNX's own. Of others only <see cref="WeightOnlyNodes"/> are read; a file for one
    /// runtime may be written with its.
    /// </summary>
    public string Domain { get; init; } = "";

    /// <summary>The first output.</summary>
    public string Output => Outputs[0];

    /// <summary>Whether an optional input is given.</summary>
    public bool HasInput(int index) => index < Inputs.Count && Inputs[index].Length > 0;

    /// <summary>An attribute, or the fallback where it is not given.</summary>
    public long GetInt(string name, long fallback) =>
        Attributes.TryGetValue(name, out var value) && value.Int is { } found ? found : fallback;

    /// <summary>An attribute, or the fallback where it is not given.</summary>
    public float GetFloat(string name, float fallback) =>
        Attributes.TryGetValue(name, out var value) && value.Float is { } found ? found : fallback;

    /// <summary>An attribute, or the fallback where it is not given.</summary>
    public string GetText(string name, string fallback) =>
        Attributes.TryGetValue(name, out var value) && value.Text is { } found ? found : fallback;

    /// <summary>An attribute, or null where it is not given.</summary>
    public IReadOnlyList<long>? GetInts(string name) => Attributes.TryGetValue(name, out var value) ? value.Ints : null;
}
