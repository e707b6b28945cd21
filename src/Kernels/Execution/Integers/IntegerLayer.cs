using Cluster.Kernels.Execution.FakeQuantization;
using Cluster.Kernels.Graphs;
using Cluster.Kernels.Quantization;
using Cluster.Kernels.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Cluster.Kernels.Execution.Integers;

/// <summary>
/// A layer between Q/DQ pairs on a device: whole numbers, and one kernel of our own that adds bias and zero point, scales, requantizes and
/// clips, and then adds a residual branch and rounds that sum (native/integers). Its integers are those of the file's integer kernel. It
/// reads and writes real numbers or codes (<see cref="CodeFlow"/>).
/// </summary>
internal sealed unsafe class IntegerLayer : IDisposable
{
    private readonly Tensor _weights; // as IntegerWeights has them
    private readonly Tensor _offsets; // int32: bias, and what the zero point adds to each sum
    private readonly Tensor _factors; // float32: from whole numbers to steps of the output, or to real numbers
    private readonly GraphNode _node;
    private readonly ConstantQuantizer? _output;
    private IntegerLayerCall _call;

    private IntegerLayer(GraphNode node, Tensor weights, Tensor offsets, Tensor factors, ConstantQuantizer? output, IntegerLayerCall call)
    {
        _node = node;
        _weights = weights;
        _offsets = offsets;
        _factors = factors;
        _output = output;
        _call = call;
    }

    /// <summary>What is added to the output in the same kernel; null: nothing.</summary>
    public AbsorbedSum? Sum { get; private set; }

    /// <summary>The pair that what it hands on is rounded by; null: none.</summary>
    public QuantizationParameters? Pair => Sum is null ? _output?.Parameters : Sum.Pair;

    /// <summary>
    /// The tensor that readers know its work by: behind the activation function that its pair makes redundant, or behind the sum.
    /// </summary>
    public string Result => Sum?.Output ?? _output?.Name ?? _node.Output;

    /// <summary>Whether it hands on codes.</summary>
    public bool WritesCodes => _call.WritesCodes != 0;

    /// <summary>The layer of a node, or null where it is neither product nor convolution of images, or has codes beyond 8 bits.</summary>
    /// <param name="weights">Codes less their zero point, in the shape of the graph's weight.</param>
    /// <param name="bias">Codes in units of the sums; null: none.</param>
    /// <param name="read">The pair that the node reads through.</param>
    /// <param name="steps">The real size of 1 in the sums, one an output channel.</param>
    /// <param name="output">
    /// The pair that the layer rounds its output to, of the tensor behind an activation function that this makes redundant; null: it hands
    /// on real numbers.
    /// </param>
    public static IntegerLayer? Of(
        GraphNode node,
        int[] weights,
        long[] shape,
        int[]? bias,
        QuantizationParameters read,
        float[] steps,
        ConstantQuantizer? output,
        ComputeDevice device)
    {
        bool convolves = node.OpType == "Conv";
        bool areBytes = read.Maximum - read.Minimum <= byte.MaxValue;
        bool isTaken = convolves ? shape.Length == 4 : node.OpType is "Gemm" or "MatMul";
        if (!isTaken || !areBytes || weights.Any(weight => weight is < sbyte.MinValue or > sbyte.MaxValue))
        {
            return null;
        }

        bool isTransposed = convolves || node.GetInt("transB", 0) != 0;
        int groups = convolves ? (int)node.GetInt("group", 1) : 1;
        var laid = new IntegerWeights(weights, shape, isTransposed, groups);
        int zero = CodeGrid.ZeroOf(read);
        int[] offsets = [.. laid.Sums.Select((sum, channel) => (bias?[channel] ?? 0) - (zero * sum))];
        float[] factors = output is { Parameters.Scale: var scale } ? [.. steps.Select(step => step / scale)] : steps;
        return new IntegerLayer(
            node,
            device.Take(TensorFactory.FromTensorData(laid.Data)),
            device.Take(TensorFactory.FromTensorData(TensorData.FromInt32([offsets.Length], offsets))),
            device.Floats(factors, [factors.Length]),
            output,
            Call(node, shape, groups, convolves, read, output?.Parameters));
    }

    /// <summary>Has the layer add a tensor to its output; before the first run.</summary>
    /// <param name="addend">The pair through which the other summand is seen; null: it is real numbers.</param>
    public void Add(AbsorbedSum sum, QuantizationParameters? addend)
    {
        Sum = sum;
        _call.Addend = addend is { } seen ? new CodeGrid(seen) : default;
        _call.Sum = sum.Pair is { } pair ? new StepGrid(pair) : default;
        _call.Floor = sum.Bounds.Floor ?? float.NegativeInfinity;
        _call.Ceiling = sum.Bounds.Ceiling ?? float.PositiveInfinity;
    }

    /// <summary>Has the layer hand on codes of its <see cref="Pair"/> as int8; before the first run.</summary>
    public void WriteCodes()
    {
        _call.Written = CodeGrid.ZeroOf(Pair!.Value);
        _call.WritesCodes = 1;
    }

    /// <summary>What the layer hands on: rounded by its pair where it has one, else real numbers.</summary>
    /// <param name="x">What the pair of the input shows, float32, or its codes as int8.</param>
    /// <param name="addend">What <see cref="Sum"/> adds, in the same way; null without.</param>
    public Tensor Run(Tensor x, Tensor? addend)
    {
        var call = _call;
        nint result;
        NativeKernels.Check(NativeMethods.ck_run_integer_layer(
            x.Handle, _weights.Handle, _offsets.Handle, _factors.Handle, addend?.Handle ?? 0, &call, &result));
        GC.KeepAlive(x);
        GC.KeepAlive(addend);
        return Tensor.UnsafeCreateTensor(result);
    }

    public void Dispose()
    {
        _weights.Dispose();
        _offsets.Dispose();
        _factors.Dispose();
    }

    private static IntegerLayerCall Call(
        GraphNode node, long[] shape, int groups, bool convolves, QuantizationParameters read, QuantizationParameters? output)
    {
        var call = new IntegerLayerCall
        {
            Groups = groups,
            Convolves = convolves ? 1 : 0,
            Input = new CodeGrid(read),
            Output = output is { } pair ? new StepGrid(pair) : default,
        };
        var strides = node.GetInts("strides") ?? [1, 1];
        var dilations = node.GetInts("dilations") ?? [1, 1];
        var pads = node.GetInts("pads") ?? [0, 0, 0, 0];
        for (int axis = 0; convolves && axis < 2; axis++)
        {
            call.Kernel[axis] = shape[2 + axis];
            call.Stride[axis] = strides[axis];
            call.Dilation[axis] = dilations[axis];
            call.Pads[axis] = pads[axis];
            call.Pads[2 + axis] = pads[2 + axis];
        }

        return call;
    }
}
