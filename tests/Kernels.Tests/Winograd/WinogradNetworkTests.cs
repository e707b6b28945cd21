using TorchSharp;

namespace Cluster.Kernels.Tests.Winograd;

public sealed class WinogradNetworkTests
{
    [Theory]
    [InlineData("cifar10/resnet20")]
    [InlineData("cifar10/resnet32")]
    public void Run_RealNetwork_GivesTheReferenceLogits(string model)
    {
        float[][] expected =
        [
            .. File.ReadLines(SharedData.Require($"models/{model}.ref-logits.csv"))
                .Select(row => row.Split(',').Select(logit => float.Parse(logit, CultureInfo.InvariantCulture)).ToArray()),
        ];
        using var network = new FloatNetwork(Nets.Shared(model));

        float[] logits = network.Run(Nets.SharedImages(model, expected.Length, expected.Length).Inputs(0));

        logits.ShouldBe(expected.SelectMany(row => row), 1e-5 * expected.Max(row => row.Max(Math.Abs)));
    }

    [Theory]
    [InlineData("Whole")]
    [InlineData("Real")]
    [InlineData("Rough")]
    public void Build_KindOfSum_DecidesTheAlgorithm(string kind)
    {
        // Sums of products of codes stay below 96 * 9 * 127 * 127 < 2^24: the direct convolution is exact, Winograd's quarters are not.
        using var scope = torch.NewDisposeScope();
        var x = Codes(96 * 64, 1, [1, 96, 8, 8]);
        var weight = Codes(96 * 96 * 9, 2, [96, 96, 3, 3]);
        var built = Kernel(Enum.Parse<SumKind>(kind));

        float[] sums = TensorFactory.ToFloats(built(new NodeInputs([x], weight)));

        var expected = new Dictionary<string, float[]>(StringComparer.Ordinal)
        {
            ["Whole"] = Direct(x, weight),
            ["Real"] = Filtered(x, weight, WinogradTile.Two),
            ["Rough"] = Filtered(x, weight, WinogradTile.Four),
        };
        foreach (var (name, values) in expected)
        {
            sums.SequenceEqual(values).ShouldBe(name == (RowProduct.Pays ? kind : "Whole"), name);
        }
    }

    [Fact]
    public void Build_ApproximateSums_TileIndependentOfHistory()
    {
        using var scope = torch.NewDisposeScope();
        var weight = Codes(96 * 96 * 9, 2, [96, 96, 3, 3]);
        var large = Codes(96 * 64, 1, [1, 96, 8, 8]);
        var small = Codes(96 * 36, 3, [1, 96, 6, 6]);
        var kernel = Kernel(SumKind.Rough);

        foreach (var (x, tile) in new[] { (large, WinogradTile.Four), (small, WinogradTile.Two), (large, WinogradTile.Four) })
        {
            TensorFactory.ToFloats(kernel(new NodeInputs([x], weight))).ShouldBe(
                RowProduct.Pays ? Filtered(x, weight, tile) : Direct(x, weight));
        }
    }

    private static NodeKernel Kernel(SumKind sums)
    {
        var graph = new GraphBuilder(13, 1, 96, 8, 8)
            .Floats("w", [96, 96, 3, 3], new float[96 * 96 * 9]).Node("Conv", "x w", "y", GraphBuilder.Ints("pads", [1, 1, 1, 1])).Build();
        using var constants = new NodeConstants(graph);
        return OperatorTable.Build(graph.Nodes[0], new OperatorContext(constants) { Sums = sums });
    }

    private static float[] Filtered(torch.Tensor x, torch.Tensor weight, WinogradTile tile) =>
        TensorFactory.ToFloats(WinogradConvolution.Convolve(x, WinogradConvolution.Prepare(weight, null, tile)));

    private static float[] Direct(torch.Tensor x, torch.Tensor weight) =>
        TensorFactory.ToFloats(TensorOps.Convolve(x, weight, null, [1, 1], [1, 1], [1, 1], 1));

    private static torch.Tensor Codes(int count, int seed, long[] shape) =>
        TensorFactory.FromFloats([.. Nets.Values(count, seed, 13).Select(value => 114 + MathF.Round(value))], shape);
}
