using static TorchSharp.torch;

namespace Cluster.Glyphs.RepVgg;

/// <summary>
/// A block of RepVGG while it is trained: the sum of a 3x3 and a 1x1 convolution and, where input and output have the same size, of the
/// input itself, each normalized, behind which is a ReLU.
/// </summary>
internal sealed class RepVggBlock : IDisposable
{
    private readonly NormalizedConvolution _large;
    private readonly NormalizedConvolution _small;
    private readonly BatchNormalization? _identity;

    public RepVggBlock(string name, int inputs, int outputs, int stride, SplitMix64 random)
    {
        Name = name;
        _large = new NormalizedConvolution($"{name}.3x3", inputs, outputs, kernel: 3, stride, depthwise: false, random);
        _small = new NormalizedConvolution($"{name}.1x1", inputs, outputs, kernel: 1, stride, depthwise: false, random);
        _identity = inputs == outputs && stride == 1 ? new BatchNormalization(outputs) : null;
    }

    /// <summary>Of the block's output in the file.</summary>
    public string Name { get; }

    public IReadOnlyList<Parameter> Parameters => [.. _large.Parameters, .. _small.Parameters, .. _identity?.Parameters ?? []];

    /// <inheritdoc cref="NormalizedConvolution.Forward"/>
    public Tensor Forward(Tensor x, bool updateStatistics)
    {
        var sum = _large.Forward(x, updateStatistics).add(_small.Forward(x, updateStatistics));
        return (_identity is null ? sum : sum.add(_identity.Forward(x, updateStatistics))).relu();
    }

    /// <summary>Writes the branches as an exporter leaves them.</summary>
    public void Write(GraphWriter net, string input)
    {
        net.Node("Add", [Write(net, _large, input), Write(net, _small, input)], $"{Name}.convolutions");
        string sum = $"{Name}.convolutions";
        if (_identity is not null)
        {
            net.Node("Add", [sum, Write(net, _identity, $"{Name}.identity", input)], $"{Name}.sum");
            sum = $"{Name}.sum";
        }

        net.Node("Relu", [sum], Name);
    }

    public void Dispose()
    {
        _large.Dispose();
        _small.Dispose();
        _identity?.Dispose();
    }

    private static string Write(GraphWriter net, NormalizedConvolution layer, string input)
    {
        net.Convolution($"{layer.Name}.sums", input, layer);
        return Write(net, layer.Normalization, layer.Name, $"{layer.Name}.sums");
    }

    private static string Write(GraphWriter net, BatchNormalization layer, string name, string input)
    {
        net.Normalization(name, input, name, layer);
        return name;
    }
}
