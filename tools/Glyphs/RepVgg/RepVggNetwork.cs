using static TorchSharp.torch;

namespace Cluster.Glyphs.RepVgg;

/// <summary>A small RepVGG (Ding et al. 2021) of the sample's images while it is trained.</summary>
internal sealed class RepVggNetwork : IGlyphModel
{
    private static readonly (int Channels, int Stride)[] Shape = [(16, 2), (24, 1), (24, 1), (48, 2), (48, 1), (48, 1)];

    private readonly IReadOnlyList<RepVggBlock> _blocks;
    private readonly Parameter _weight;
    private readonly Parameter _bias;

    public RepVggNetwork(long seed)
    {
        var random = new SplitMix64((ulong)SplitMix64.Derive(seed, "glyphs/repvgg"));
        int channels = 1;
        var blocks = new List<RepVggBlock>();
        foreach (var (block, index) in Shape.Select((block, index) => (block, index + 1)))
        {
            blocks.Add(new RepVggBlock($"block{index}", channels, block.Channels, block.Stride, random));
            channels = block.Channels;
        }

        _blocks = blocks;
        _weight = NormalNumbers.Parameter(random, [GlyphGenerator.Classes, channels], Math.Sqrt(1.0 / channels));
        _bias = new Parameter(zeros([GlyphGenerator.Classes]));
    }

    public IEnumerable<Parameter> Parameters => [.. _blocks.SelectMany(block => block.Parameters), _weight, _bias];

    public Tensor Forward(Tensor x, bool updateStatistics)
    {
        foreach (var block in _blocks)
        {
            x = block.Forward(x, updateStatistics);
        }

        return nn.functional.linear(x.mean([2, 3], keepdim: false), _weight, _bias);
    }

    public ModelGraph ToGraph()
    {
        var net = new GraphWriter("glyphs-repvgg", 13, seed: 0);
        string input = "input";
        foreach (var block in _blocks)
        {
            block.Write(net, input);
            input = block.Name;
        }

        return GlyphNetworkExport.Classified(net, input, _weight, _bias);
    }

    public void Dispose()
    {
        foreach (var block in _blocks)
        {
            block.Dispose();
        }

        _weight.Dispose();
        _bias.Dispose();
    }
}
