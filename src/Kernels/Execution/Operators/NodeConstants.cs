using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Cluster.Kernels.Execution.Operators;

/// <summary>The constants of a graph as tensors, each created on first use.</summary>
/// <param name="device">Device of the tensors; null for the processor.</param>
/// <param name="trained">Replace the graph's own constants; this object takes ownership.</param>
/// <param name="format">The format that float constants are rounded to; null: they are not rounded.</param>
internal sealed class NodeConstants(
    ModelGraph graph,
    ComputeDevice? device = null,
    IReadOnlyDictionary<string, Parameter>? trained = null,
    NumberFormat? format = null) : IDisposable
{
    private readonly Dictionary<string, Tensor> _tensors = new(
        (trained ?? new Dictionary<string, Parameter>(StringComparer.Ordinal)).Select(
            pair => KeyValuePair.Create<string, Tensor>(pair.Key, pair.Value)),
        StringComparer.Ordinal);

    private readonly Lock _lock = new(); // candidates are compiled concurrently

    public ComputeDevice Device { get; } = device ?? ComputeDevice.Cpu;

    public TensorData Data(string name) => format is not null && graph.Initializers[name] is { Type: ElementType.Float } exact
        ? FloatRounding.Rounded(exact, format)
        : graph.Initializers[name];

    public long[] Shape(string name) => graph.Initializers[name].Shape;

    public bool Has(string name) => graph.Initializers.ContainsKey(name);

    /// <summary>Whether a run gives the node a weight: a convolution, or a product with a constant matrix on its right side.</summary>
    public bool HasWeights(GraphNode node) => node.OpType switch
    {
        "Conv" or "ConvTranspose" => true,
        "Gemm" or "MatMul" => Has(node.Inputs[1]) && Shape(node.Inputs[1]).Length == 2,
        _ => false,
    };

    /// <summary>The graph's own weight of such a node.</summary>
    public Tensor Weight(GraphNode node) => Tensor(node.Inputs[1]);

    /// <summary>The graph's own bias of such a node, if it has one.</summary>
    public Tensor? Bias(GraphNode node) => node.HasInput(2) ? Tensor(node.Inputs[2]) : null;

    public Tensor Tensor(string name)
    {
        lock (_lock)
        {
            if (!_tensors.TryGetValue(name, out var tensor))
            {
                var data = Data(name);
                tensor = Device.Take(SharedConstant.Of(data) ?? TensorFactory.FromTensorData(data));
                _tensors[name] = tensor = format is not null && graph.Initializers[name].Type == ElementType.Float
                    ? FloatArithmetic.Constant(tensor, format, Device)
                    : tensor;
            }

            return tensor;
        }
    }

    public long[] Integers(string name) => Data(name).Integers()!;

    public void Dispose()
    {
        _tensors.Values.DisposeAll();

        _tensors.Clear();
    }
}
