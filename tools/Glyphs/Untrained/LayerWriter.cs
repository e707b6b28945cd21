using Cluster.Coordinator.Model;
using Cluster.Kernels.Graphs;

namespace Cluster.Glyphs.Untrained;

/// <summary>
/// Writes a convolutional network layer by layer, with random weights and biases of 0, as after folding BatchNormalization.
/// </summary>
internal sealed class LayerWriter(string name, int opset, long seed, Fan fan)
{
    /// <summary>The initializer of the biases of <see cref="Classify"/>.</summary>
    public const string ClassifierBias = "classifier.bias";

    private const string Image = "input";
    private const string Logits = "logits";

    private readonly GraphWriter _graph = new(name, opset, (ulong)SplitMix64.Derive(seed, $"untrained/{name}"));
    private int _nodes;

    public static Signal Input { get; } = new(Image, 3);

    /// <param name="gain">The variance of the output beside that of the input, with <see cref="Fan.In"/>.</param>
    public Signal Convolve(Signal input, long channels, int kernel, int stride, bool depthwise, double gain)
    {
        long inputs = depthwise ? 1 : input.Channels;
        double area = (double)kernel * kernel;
        double spread = fan == Fan.In ? inputs * area / gain : channels * area / 2;
        string output = Next("conv");
        long pad = kernel / 2;
        _graph.Node(
            "Conv",
            [
                input.Tensor,
                _graph.Normal($"{output}.weight", [channels, inputs, kernel, kernel], spread),
                _graph.Zeros($"{output}.bias", [channels]),
            ],
            output,
            ("kernel_shape", AttributeValue.Of([(long)kernel, kernel])),
            ("strides", AttributeValue.Of([(long)stride, stride])),
            ("pads", AttributeValue.Of([pad, pad, pad, pad])),
            ("group", AttributeValue.Of(depthwise ? input.Channels : 1)));
        return new Signal(output, channels);
    }

    public Signal Activate(Signal input, Activation activation) => activation switch
    {
        Activation.None => input,
        Activation.Relu => After("Relu", input),
        Activation.HardSwish => After("HardSwish", input),
        Activation.GatedHardSwish => Multiply(input, Activate(input, Activation.HardSigmoid)),
        Activation.Silu => Multiply(input, Activate(input, Activation.Sigmoid)),
        Activation.Sigmoid => After("Sigmoid", input),
        Activation.HardSigmoid => After("HardSigmoid", input, ("alpha", AttributeValue.Of(1f / 6)), ("beta", AttributeValue.Of(0.5f))),
        _ => throw new ArgumentOutOfRangeException(nameof(activation), activation, message: null),
    };

    /// <summary>Squeeze-and-excite: each channel times a gate that all channels' means decide.</summary>
    public Signal Excite(Signal input, long squeezed, Activation inner, Activation gate)
    {
        var means = After("GlobalAveragePool", input);
        var few = Activate(Convolve(means, squeezed, 1, 1, depthwise: false, gain: 2), inner);
        return Multiply(input, Activate(Convolve(few, input.Channels, 1, 1, depthwise: false, gain: 1), gate));
    }

    public Signal Pool(Signal input) => After(
        "MaxPool",
        input,
        ("kernel_shape", AttributeValue.Of([3L, 3])),
        ("strides", AttributeValue.Of([2L, 2])),
        ("pads", AttributeValue.Of([1L, 1, 1, 1])));

    public Signal Add(Signal one, Signal other) => Join("Add", one, other);

    /// <summary>Means over the image.</summary>
    public Signal Flatten(Signal input) => After("Flatten", After("GlobalAveragePool", input));

    public Signal Linear(Signal input, long channels)
    {
        string output = Next("linear");
        return Product(input, channels, output, $"{output}.bias");
    }

    /// <summary>The last layer, and the whole network.</summary>
    public ModelGraph Classify(Signal input, long classes, int side)
    {
        Product(input, classes, Logits, ClassifierBias);
        return _graph.Build(
            new ValueInfo(Image, ElementType.Float, [-1, 3, side, side]), new ValueInfo(Logits, ElementType.Float, [-1, classes]));
    }

    private Signal Product(Signal input, long channels, string output, string bias)
    {
        _graph.Node(
            "Gemm",
            [
                input.Tensor, _graph.Normal($"{output}.weight", [channels, input.Channels], input.Channels),
                _graph.Zeros(bias, [channels]),
            ],
            output,
            ("transB", AttributeValue.Of(1L)));
        return new Signal(output, channels);
    }

    private Signal Multiply(Signal value, Signal gate) => Join("Mul", value, gate);

    private Signal Join(string type, Signal one, Signal other)
    {
        string output = Next(type);
        _graph.Node(type, [one.Tensor, other.Tensor], output);
        return new Signal(output, one.Channels);
    }

    private Signal After(string type, Signal input, params (string Name, AttributeValue Value)[] attributes)
    {
        string output = Next(type);
        _graph.Node(type, [input.Tensor], output, attributes);
        return input with { Tensor = output };
    }

    private string Next(string word) => $"{word.ToLowerInvariant()}{++_nodes}";
}
