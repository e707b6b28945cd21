namespace Cluster.Kernels.Tests.QuantizedNetworks;

/// <summary>A channel whose weights were pruned computes its bias, exactly.</summary>
public sealed class BiasAloneTests
{
    private static readonly float[] Bias = [0.4f, -3e-7f, 250, 0, -0.001f, 0.7f];

    // Channel 4 has weights too small for any code beside its bias, channel 5 usual ones.
    private static readonly float[] Weights = [0, 0, 0, 0, 0, 0, 0, 0, 1e-12f, -1e-12f, 0.5f, -0.25f];

    [Theory]
    [InlineData("Gemm", "int8")]
    [InlineData("Gemm", "int8-safe")]
    [InlineData("Gemm", "int4-int8")]
    [InlineData("transposed", "int8")]
    [InlineData("transposed", "int8-safe")]
    [InlineData("MatMul", "int8")]
    public void Run_PrunedChannels_KeepTheirBiasInTheFile(string layer, string form)
    {
        var network = Resolved(layer, form);

        float[] found = InRuntime.Run(QdqExporter.Export(network), TensorData.FromFloats([1, 2, 1, 1], [255, 160]));

        for (int channel = 0; channel < 5; channel++)
        {
            found[channel].ShouldBe(Bias[channel], Math.Abs(Bias[channel]) * 1e-5f, $"channel {channel}");
        }
    }

    // Its output is rounded to codes, so the bias is looked at in the file's numbers.
    [Theory]
    [InlineData("Conv", "int8")]
    [InlineData("Conv", "int8-safe")]
    [InlineData("Conv", "int4-int8")]
    [InlineData("grouped", "int8")]
    public void Resolve_PrunedChannelsOfAConvolution_HaveCodesOfTheirBias(string layer, string form)
    {
        var network = Resolved(layer, form);
        var node = network.Graph.WeightedNodes.Single();
        var (codes, scales) = (network.BiasCodes(node), network.BiasScales(node));

        for (int channel = 0; channel < 5; channel++)
        {
            (codes[channel] * scales[channel]).ShouldBe(Bias[channel], Math.Abs(Bias[channel]) * 1e-5f, $"channel {channel}");
        }
    }

    private static QuantizedNetwork Resolved(string layer, string form)
    {
        using var folder = new WorkFolder();
        var graph = Nets.Group(Graph(layer));
        using var net = new Calibrated(
            graph, Nets.Arrays(folder, graph.Graph, 2, ("x", TensorData.FromFloats([4, 2, 1, 1], [0, 255, 160, 3, 255, 255, 17, 80]))));
        var network = net.Resolve(_ => Decision(form));
        network.Layout.HasQuantizedWeights(net.Graph.WeightedNodes.Single()).ShouldBeTrue();
        return network;
    }

    private static GroupDecision Decision(string form) => form switch
    {
        "int4-int8" => Decide.Integer("max", false, 4, 8),
        "int8-safe" => Decide.In(GroupFormat.Int8Safe),
        _ => Decide.Integer("max", false),
    };

    private static ModelGraph Graph(string layer)
    {
        float[] columns = [.. Weights.Where((_, i) => i % 2 == 0), .. Weights.Where((_, i) => i % 2 == 1)];
        var builder = new GraphBuilder(13, -1, 2, 1, 1).Floats("b", [6], Bias);
        return layer switch
        {
            "Conv" => builder.Floats("w", [6, 2, 1, 1], Weights).Node("Conv", "x w b", "c").Node("GlobalAveragePool", "c", "y").Build(),
            "grouped" => builder.Floats("w", [6, 1, 1, 1], [.. Weights.Where((_, i) => i % 2 == 0)])
                .Node("Conv", "x w b", "c", GraphBuilder.Int("group", 2)).Node("GlobalAveragePool", "c", "y").Build(),
            "Gemm" => builder.Floats("w", [2, 6], columns).Node("Flatten", "x", "f").Node("Gemm", "f w b", "y").Build(),
            "transposed" => builder.Floats("w", [6, 2], Weights)
                .Node("Flatten", "x", "f").Node("Gemm", "f w b", "y", GraphBuilder.Int("transB", 1)).Build(),
            _ => builder.Floats("w", [2, 6], columns).Ints("tokens", 0, 1, 2)
                .Node("Reshape", "x tokens", "t").Node("MatMul", "t w", "m").Node("Add", "m b", "y").Build(),
        };
    }
}
