using Cluster.Kernels.Graphs;
using Cluster.Kernels.Quantization.Blocks;

namespace Cluster.Kernels.Weights;

/// <summary>
/// The weights of an LSTM or GRU for its inputs or for its own states. The runtime has no recurrent layer that reads codes, so they are
/// unpacked before it: the runtime chooses whether once when a session is opened or in each run.
/// </summary>
/// <param name="Weight">Name of the constant.</param>
/// <param name="Node">The only reader.</param>
/// <param name="Shape">(directions, gates · hidden, inputs).</param>
/// <param name="Reads">The sequence of inputs, or of states; empty if the layer does not output its states.</param>
internal sealed record RecurrentMatrix(string Weight, GraphNode Node, long[] Shape, IReadOnlyList<string> Reads) : IWeightMatrix
{
    /// <inheritdoc/>
    public IReadOnlyList<GraphNode> Nodes => [Node];

    /// <inheritdoc/>
    public int Outputs => checked((int)(Shape[0] * Shape[1]));

    /// <inheritdoc/>
    public int Inputs => checked((int)Shape[2]);

    /// <summary>Whether a node reads the constant as such weights.</summary>
    public static bool IsReader(GraphNode node, string weight, ModelGraph graph) =>
        node.OpType is "LSTM" or "GRU"
        && Place(node, weight) is not null
        && graph.Initializers.TryGetValue(weight, out var matrix)
        && matrix is { Type: ElementType.Float, Shape: [> 0, > 0, > 0] }
        && GatherBlockQuantized.Fits(matrix.Shape[2]);

    /// <summary>The matrix of a node for which <see cref="IsReader"/> is true.</summary>
    public static RecurrentMatrix Of(GraphNode node, string weight, ModelGraph graph)
    {
        string read = Place(node, weight) == 1 ? node.Inputs[0] : node.Output;
        bool isKnown = read.Length > 0 && !graph.Initializers.ContainsKey(read);
        return new RecurrentMatrix(weight, node, graph.Initializers[weight].Shape, isKnown ? [read] : []);
    }

    /// <inheritdoc/>
    public TensorData Constant(float[] rows) => TensorData.FromFloats(Shape, rows);

    /// <inheritdoc/>
    public IEnumerable<(string Name, TensorData Value)> Constants(BlockCodes codes, NameSource names) =>
    [
        .. GatherBlockQuantized.Constants(Weight, codes, names, Shape[0], Shape[1]),
        (Indices(names), TensorData.FromInt64([Shape[0]], [.. Enumerable.Range(0, (int)Shape[0]).Select(index => (long)index)])),
    ];

    /// <inheritdoc/>
    public IEnumerable<GraphNode> Before(BlockCodes codes, NameSource names) =>
        [GatherBlockQuantized.Node(names.Node($"{Weight}/decoded"), Weight, codes, names, 3, Indices(names), Weight)];

    /// <inheritdoc/>
    public IEnumerable<GraphNode> Replace(GraphNode node, BlockCodes codes, ActivationRounding activations, NameSource names) => [node];

    private string Indices(NameSource names) => names.Part(Weight, "/directions");

    // 1 for its inputs, 2 for its states; null if it is read at another position, or at more than one.
    private static int? Place(GraphNode node, string weight)
    {
        int[] places = [.. Enumerable.Range(0, node.Inputs.Count).Where(i => node.Inputs[i] == weight)];
        return places is [1 or 2] ? places[0] : null;
    }
}
