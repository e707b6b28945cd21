using TorchSharp;
using static TorchSharp.torch;

namespace Cluster.Kernels.Execution;

/// <summary>
/// Constant numbers for some nodes, computed as in the runtime's integer kernels: weights and biases are codes, and <see cref="Integer"/>
/// converts sums to outputs (ADR 6). A derived class takes the numbers from a plan or a file.
/// </summary>
internal abstract class KernelQuantization(GroupedGraph graph) : IQuantization, IDisposable
{
    private readonly Dictionary<string, (Tensor Weight, Tensor? Bias)> _weights = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IIntegerOutput> _integer = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ConstantQuantizer> _written = new(StringComparer.Ordinal);
    private readonly HashSet<string> _requantized = new(StringComparer.Ordinal); // by an integer kernel

    /// <summary>Whether a run gives the node a weight and a bias of this quantization.</summary>
    public bool HasQuantizedWeights(GraphNode node) => _weights.ContainsKey(node.Name);

    /// <summary>The float format that a node computes in.</summary>
    public virtual NumberFormat FloatOf(GraphNode node) => NumberFormat.Float32;

    /// <summary>The format of a layer that ONNX Runtime computes by an operator of its own; null: it does not.</summary>
    public virtual GroupFormat? RuntimeFormat(GraphNode node) => null;

    /// <inheritdoc cref="QuantizedNetwork.RuntimeNode"/>
    public virtual RuntimeNode? RuntimeNode(GraphNode node, NameSource names) => null;

    /// <summary>Whether some node computes in 16 bits.</summary>
    public virtual bool HasHalves => false;

    /// <summary>Converts the node's sums of products of codes, or products, to its output; null if it computes in real numbers.</summary>
    public IIntegerOutput? Integer(GraphNode node) => _integer.GetValueOrDefault(node.Name);

    /// <summary>For each activation that the node reads, the scale of the codes that its integer kernel multiplies.</summary>
    public IReadOnlyList<float> InputScales(GraphNode node) => _integer[node.Name] is IntegerProduct product
        ? [product.Left, product.Right]
        : [Seen(node.Inputs[0], node)!.Value.Scale];

    /// <summary>
    /// Whether the node is an activation function made redundant by the integer kernel before it, or a sum that this kernel computes.
    /// </summary>
    public bool IsAbsorbed(GraphNode node) =>
        _requantized.Contains(node.Output) && !_integer.ContainsKey(node.Name);

    public Tensor? Weight(GraphNode node) => _weights.TryGetValue(node.Name, out var layer) ? layer.Weight : null;

    public Tensor? Bias(GraphNode node) => _weights.TryGetValue(node.Name, out var layer) ? layer.Bias : null;

    public IFakeQuantizer? Written(string tensor) => _written.GetValueOrDefault(tensor);

    public IFakeQuantizer? Read(string tensor, GraphNode reader) => WrittenPair(tensor) is null && Seen(tensor, reader) is { } pair
        ? new ConstantQuantizer(tensor, pair)
        : null;

    public virtual void Dispose()
    {
        foreach (var (weight, bias) in _weights.Values)
        {
            weight.Dispose();
            bias?.Dispose();
        }

        _weights.Clear();
    }

    /// <summary>The pair through which every reader sees a tensor that a node computes.</summary>
    protected abstract QuantizationParameters? WrittenPair(string tensor);

    /// <summary>The pair through which the reader sees the tensor.</summary>
    protected abstract QuantizationParameters? Seen(string tensor, GraphNode reader);

    /// <summary>Weights and bias that a run gives the node; this object takes ownership.</summary>
    protected void Set(GraphNode node, Tensor weight, Tensor? bias) => _weights[node.Name] = (weight, bias);

    /// <summary>Makes the node, whose weights and bias are codes, add up whole numbers.</summary>
    /// <param name="steps">s_x * s_w, one an output channel.</param>
    protected void ComputeInIntegers(GraphNode node, float[] steps)
    {
        var requantizer = Requantizer(node);
        _integer[node.Name] = new IntegerOutput(node.OpType == "MatMul" ? -1 : 1, steps, requantizer);
        if (requantizer is not null)
        {
            _requantized.Add(requantizer.Name);
        }
    }

    /// <summary>
    /// QLinearMul, QLinearMatMul, MatMulIntegerToFloat. The runtime has no such kernel that writes codes before an activation function.
    /// </summary>
    protected void ComputeProduct(GraphNode node)
    {
        bool isMatrices = graph.Roles.Of(node) == NodeRole.Product;
        bool isElements = node.OpType == "Mul" && graph.Roles.Of(node) == NodeRole.Requantizing;
        if (!(isMatrices || isElements) || Seen(node.Inputs[0], node) is not { } left || Seen(node.Inputs[1], node) is not { } right)
        {
            return;
        }

        var output = WrittenPair(node.Output) is { } written ? new ConstantQuantizer(node.Output, written) : null;
        if (isMatrices || output is not null)
        {
            _integer[node.Name] = new IntegerProduct(left.Scale, right.Scale, output, RoundsCodes: isElements);
        }

        if (output is not null)
        {
            _requantized.Add(node.Output);
        }
    }

    /// <summary>Sets the pair of each of the node's outputs, unless an integer kernel computes it. Nodes come in execution order.</summary>
    protected void Write(GraphNode node)
    {
        foreach (string output in node.Values)
        {
            if (WrittenPair(output) is { } pair && !_requantized.Contains(output))
            {
                _written[output] = new ConstantQuantizer(output, pair);
            }
        }
    }

    private ConstantQuantizer? Requantizer(GraphNode node)
    {
        var activation = graph.FusedActivation(node.Output);
        string tensor = activation?.Output ?? node.Output;
        if (WrittenPair(tensor) is not { } parameters)
        {
            return null;
        }

        var bounds = activation is null ? ActivationBounds.None : TensorBounds.Of(graph, tensor);
        bool isRedundant = !(parameters.Low < bounds.Floor) && !(parameters.High > bounds.Ceiling);
        return isRedundant ? new ConstantQuantizer(tensor, parameters) : null;
    }
}

/// <summary>Turns the whole numbers of an integer kernel into its output, in the runtime's order of float operations.</summary>
internal interface IIntegerOutput
{
    /// <summary>The output that readers see; takes over the whole numbers.</summary>
    Tensor Finish(GraphNode node, Tensor whole, IRunObserver? observer);
}

/// <summary>A Q/DQ pair with a constant scale, bit-identical to ONNX. Without gradients.</summary>
/// <param name="Name">The tensor that is quantized.</param>
internal sealed record ConstantQuantizer(string Name, QuantizationParameters Parameters) : IFakeQuantizer
{
    public Tensor Apply(Tensor exact, IRunObserver? observer)
    {
        if (exact.dtype != ScalarType.Float32)
        {
            using var real = exact.to(ScalarType.Float32); // from a 16-bit layer
            return Apply(real, observer);
        }

        if (observer is null)
        {
            return TensorQuantizer.FakeQuantize(exact, Parameters);
        }

        using var steps = exact.div(Parameters.Scale.AsScalar());
        return observer.Quantized(Name, steps, Parameters) ?? TensorQuantizer.FakeQuantize(exact, Parameters);
    }

    /// <summary>The same for a tensor given as x / scale.</summary>
    public Tensor ApplyToSteps(Tensor steps, IRunObserver? observer) =>
        observer?.Quantized(Name, steps, Parameters) ?? TensorQuantizer.FakeQuantizeSteps(steps, Parameters);
}
