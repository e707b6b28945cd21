using Cluster.Kernels.Execution.Files;
using Cluster.Networks;

namespace Cluster.Reproductions.Integer;

/// <summary>
/// Makes an <see cref="IntegerNetwork"/> of a QDQ file: a chain of Conv without padding, Gemm, Relu, MaxPool and Flatten,
/// with weights and biases stored as codes.
/// </summary>
internal sealed class IntegerReader
{
    private readonly QdqNetwork _file;
    private readonly List<IntegerStep> _steps = [];
    private readonly List<string> _inputTensors;
    private QuantizationParameters _pair;
    private string _tensor;
    private int[] _shape;

    private IntegerReader(ModelGraph file)
    {
        _file = QdqReader.Read(file);
        var input = _file.Graph.Inputs[0];
        (_tensor, _shape) = (input.Name, [.. input.Shape.Skip(1).Select(size => (int)size)]);
        _inputTensors = [_tensor];
        _pair = _file.Pairs.TryGetValue(_tensor, out var pair)
            ? pair
            : throw new KernelException($"The input '{_tensor}' of the file is not quantized; integer arithmetic begins with its codes.");
    }

    /// <exception cref="KernelException">The network is another one; the node is named.</exception>
    public static IntegerNetwork Read(ModelGraph file) => new IntegerReader(file).Read();

    private IntegerNetwork Read()
    {
        var input = _pair;
        var nodes = _file.Graph.Nodes;
        for (int i = 0; i < nodes.Count; i++)
        {
            var node = nodes[i];
            if (node.Inputs[0] != _tensor)
            {
                throw Refused(node, $"reads '{node.Inputs[0]}' where '{_tensor}' was computed last; a chain is expected");
            }

            switch (node.OpType)
            {
                case "Conv" or "Gemm":
                    Product(node, [.. nodes.Skip(i + 1)]);
                    break;
                case "MaxPool":
                    Pool(node);
                    break;
                case "Relu": // the product before it has clipped
                    Names.Add(node.Output);
                    break;
                case "Flatten":
                    _shape = [_shape.Aggregate(1, (a, b) => a * b), 1, 1];
                    Names.Add(node.Output);
                    break;
                default:
                    throw Refused(node, "is not one of Conv, Gemm, Relu, MaxPool and Flatten");
            }

            _tensor = node.Output;
        }

        return new IntegerNetwork(input, _inputTensors, _steps);
    }

    private List<string> Names => _steps.Count == 0 ? _inputTensors : _steps[^1].Tensors;

    private void Product(GraphNode node, IReadOnlyList<GraphNode> later)
    {
        var codes = Codes(node, 1);
        var window = node.OpType == "Conv" ? Convolution(node, codes) : new Window(_shape[0], 1, 1, 1, 1);
        int outputs = (int)codes.Shape[0];
        int inputs = codes.Steps.Length / outputs;
        if (node.OpType == "Gemm" && (node.GetInt("transB", 0) == 0 || inputs != _shape[0] || codes.Axis is not (0 or null)))
        {
            throw Refused(node, "has weights that are not (outputs, inputs) with a scale for each output");
        }

        float[] scales = codes.ScalesOf(outputs);
        var (pair, isClipped) = Next(node, later);
        double[] factors = [.. scales.Select(scale => (double)_pair.Scale * scale)];

        // Logits are whole numbers of the largest of the outputs' scales.
        double unit = pair?.Scale ?? factors.Max();
        _steps.Add(new IntegerProduct(
            [node.Output],
            window,
            [.. Enumerable.Range(0, outputs).Select(output => codes.Steps[(output * inputs)..((output + 1) * inputs)])],
            node.HasInput(2) ? Codes(node, 2).Steps : new int[outputs],
            _pair.ZeroPoint,
            [.. factors.Select(factor => FixedPointMultiplier.Of(factor / unit))],
            pair?.ZeroPoint ?? 0,
            pair is { } to ? (isClipped ? Math.Max(to.Minimum, to.ZeroPoint) : to.Minimum) : int.MinValue,
            pair?.Maximum ?? int.MaxValue));
        _shape = [outputs, window.OutputHeight, window.OutputWidth];
        _pair = pair ?? default;
    }

    // The pair that the product's numbers come to, which may stand behind a Relu and a pooling: both keep the order of numbers.
    private (QuantizationParameters? Pair, bool IsClipped) Next(GraphNode product, IReadOnlyList<GraphNode> later)
    {
        bool isClipped = false;
        string tensor = product.Output;
        foreach (var node in later)
        {
            if (_file.Pairs.TryGetValue(tensor, out var pair))
            {
                return (pair, isClipped);
            }

            if (node.OpType is not ("Relu" or "MaxPool" or "Flatten"))
            {
                throw Refused(node, $"reads '{tensor}' in float");
            }

            isClipped |= node.OpType == "Relu";
            tensor = node.Output;
        }

        return (_file.Pairs.TryGetValue(tensor, out var last) ? last : null, isClipped);
    }

    private Window Convolution(GraphNode node, StoredCodes weights)
    {
        long[] strides = [.. node.GetInts("strides") ?? [1, 1]];
        if (weights.Shape is not [_, var channels, var height, var width] || height != width || channels != _shape[0]
            || strides[0] != strides[1] || node.GetInt("group", 1) != 1
            || (node.GetInts("pads") ?? []).Any(pad => pad != 0) || (node.GetInts("dilations") ?? []).Any(step => step != 1)
            || node.GetText("auto_pad", "NOTSET") is not ("NOTSET" or "VALID"))
        {
            throw Refused(node, "has padding, groups, dilation or a kernel that is not square");
        }

        return new Window(_shape[0], _shape[1], _shape[2], (int)height, (int)strides[0]);
    }

    private void Pool(GraphNode node)
    {
        long[] size = [.. node.GetInts("kernel_shape") ?? []];
        long[] strides = [.. node.GetInts("strides") ?? [1, 1]];
        if (size is not [var height, var width] || height != width || strides[0] != strides[1] || node.GetInt("ceil_mode", 0) != 0
            || (node.GetInts("pads") ?? []).Any(pad => pad != 0) || (node.GetInts("dilations") ?? []).Any(step => step != 1))
        {
            throw Refused(node, "has padding, dilation or a window that is not square");
        }

        var window = new Window(_shape[0], _shape[1], _shape[2], (int)height, (int)strides[0]);
        _steps.Add(new IntegerPooling([node.Output], window));
        _shape = [_shape[0], window.OutputHeight, window.OutputWidth];
    }

    private StoredCodes Codes(GraphNode node, int input) => _file.Codes.TryGetValue(node.Inputs[input], out var codes)
        ? codes
        : throw Refused(node, $"has its input '{node.Inputs[input]}' in float");

    private static KernelException Refused(GraphNode node, string problem) =>
        new($"Node '{node.Name}' ({node.OpType}) {problem}; the integer executor takes chains of layers as the MNIST text has them.");
}
