namespace Cluster.Networks.Graphs;

/// <summary>One operator of the graph. An optional input that is absent is the empty string, as in ONNX.</summary>
/// <param name="Name">Unique and never empty: the reader invents one if the file has none.</param>
/// <param name="OpType">The operator within <see cref="Domain"/>.</param>
/// <param name="Inputs">After the operator's own, the values that its bodies read from the graph: see <see cref="Captured"/>.</param>
public sealed record GraphNode(
    string Name,
    string OpType,
    IReadOnlyList<string> Inputs,
    IReadOnlyList<string> Outputs,
    IReadOnlyDictionary<string, AttributeValue> Attributes)
{
    /// <summary>A node with these attributes only.</summary>
    public GraphNode(
        string name,
        string opType,
        IReadOnlyList<string> inputs,
        IReadOnlyList<string> outputs,
        params (string Name, AttributeValue Value)[] attributes)
        : this(
            name, opType, inputs, outputs, attributes.ToDictionary(pair => pair.Name, pair => pair.Value, StringComparer.Ordinal))
    {
    }

    /// <summary>The operator's domain, empty for ONNX's own.</summary>
    public string Domain { get; init; } = "";

    /// <summary>
    /// One line for readers of a written file, its <c>doc_string</c>; empty: none. The reader does not take those of others, which are not
    /// about what is written here.
    /// </summary>
    public string Note { get; init; } = "";

    /// <summary>
    /// The element types of the outputs, as ONNX Runtime says them; empty before it was asked.
    /// </summary>
    public IReadOnlyList<ElementType> OutputTypes { get; init; } = [];

    /// <summary>Whether it holds graphs, as branches and loops do.</summary>
    public bool HasBody => Attributes.Values.Any(value => value.Body is not null);

    /// <summary>Values of the graph that the node's bodies read, by the names that they have there.</summary>
    public IReadOnlyList<string> Captured => HasBody
        ? [.. Attributes.Values.SelectMany(value => value.Body?.Captured ?? []).Distinct(StringComparer.Ordinal)]
        : [];

    /// <summary>The first output.</summary>
    public string Output => Outputs[0];

    /// <summary>The outputs that have a name.</summary>
    public IEnumerable<string> Values => Outputs.Where(output => output.Length > 0);

    /// <summary>Whether an optional input is given.</summary>
    public bool HasInput(int index) => index < Inputs.Count && Inputs[index].Length > 0;

    /// <summary>An attribute, or the fallback if it is absent.</summary>
    public long GetInt(string name, long fallback) => Attributes.GetValueOrDefault(name)?.Int ?? fallback;

    /// <summary>An attribute, or the fallback if it is absent.</summary>
    public float GetFloat(string name, float fallback) => Attributes.GetValueOrDefault(name)?.Float ?? fallback;

    /// <summary>An attribute, or the fallback if it is absent.</summary>
    public string GetText(string name, string fallback) => Attributes.GetValueOrDefault(name)?.Text ?? fallback;

    /// <summary>An attribute, or null if it is absent.</summary>
    public IReadOnlyList<long>? GetInts(string name) => Attributes.GetValueOrDefault(name)?.Ints;
}
