using TorchSharp;
using static TorchSharp.torch;

namespace Cluster.Glyphs;

/// <summary>The sample's network while it is trained: a small MobileNet for 24x24 grey images.</summary>
public sealed class GlyphNetwork : IGlyphModel
{
    private const int StemChannels = 16;
    private const int StemStride = 2;

    private static readonly DepthwiseBlock[] Blocks = [new(1, 32), new(1, 64), new(1, 64), new(2, 128), new(1, 128)];

    public GlyphNetwork(long seed)
        : this(seed, StemChannels, Blocks)
    {
    }

    /// <summary>A network of another shape.</summary>
    /// <param name="seed">Of the weights.</param>
    /// <param name="stem">Channels of the first convolution.</param>
    /// <param name="blocks">What follows it, at least one.</param>
    internal GlyphNetwork(long seed, int stem, IReadOnlyList<DepthwiseBlock> blocks)
    {
        var random = new SplitMix64((ulong)SplitMix64.Derive(seed, "glyphs/weights"));
        Layers = [.. MakeLayers(stem, blocks, random)];
        int channels = blocks[^1].Channels;
        Weight = NormalNumbers.Parameter(random, [GlyphGenerator.Classes, channels], Math.Sqrt(1.0 / channels));
        Bias = new Parameter(zeros([GlyphGenerator.Classes]));
    }

    public IReadOnlyList<NormalizedConvolution> Layers { get; }

    /// <summary>Of the classifier, (classes, channels).</summary>
    public Parameter Weight { get; }

    /// <summary>Of the classifier, (classes).</summary>
    public Parameter Bias { get; }

    public IEnumerable<Parameter> Parameters => [.. Layers.SelectMany(layer => layer.Parameters), Weight, Bias];

    /// <inheritdoc/>
    /// <param name="updateStatistics">See <see cref="NormalizedConvolution.Forward"/>.</param>
    public Tensor Forward(Tensor x, bool updateStatistics)
    {
        foreach (var layer in Layers)
        {
            x = layer.Forward(x, updateStatistics).relu();
        }

        return nn.functional.linear(x.mean([2, 3], keepdim: false), Weight, Bias);
    }

    public ModelGraph ToGraph() => GlyphNetworkExport.ToGraph(this);

    public void Dispose()
    {
        foreach (var layer in Layers)
        {
            layer.Dispose();
        }

        Weight.Dispose();
        Bias.Dispose();
    }

    private static IEnumerable<NormalizedConvolution> MakeLayers(int stem, IReadOnlyList<DepthwiseBlock> blocks, SplitMix64 random)
    {
        yield return new("stem", 1, stem, kernel: 3, stride: StemStride, depthwise: false, random);
        int channels = stem;
        foreach (var (block, index) in blocks.Select((block, index) => (block, index + 1)))
        {
            yield return new($"block{index}_depthwise", channels, channels, kernel: 3, block.Stride, depthwise: true, random);
            yield return new($"block{index}_pointwise", channels, block.Channels, kernel: 1, stride: 1, depthwise: false, random);
            channels = block.Channels;
        }
    }
}
