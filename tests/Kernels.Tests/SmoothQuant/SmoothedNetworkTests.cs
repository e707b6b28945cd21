using Cluster.Kernels.SmoothQuant;

namespace Cluster.Kernels.Tests.SmoothQuant;

public sealed class SmoothedNetworkTests
{
    private const int Width = 8;

    [Fact]
    public void Factors_ExampleOfThePaper_AreThoseOfThePaper() =>

        // Xiao et al., figure 5: the largest magnitudes of X and of W's rows, alpha one half.
        SmoothFactors.Of([2, 16, 2, 9], [2, 1, 2, 1], 0.5).ShouldBe([1, 4, 1, 3], 1e-12);

    [Fact]
    public void Factors_EndsOfAlpha_MoveAllOrNothing()
    {
        SmoothFactors.Of([8, 2], [0.5f, 4], 1).ShouldBe([8, 2], 1e-12);
        SmoothFactors.Of([8, 2], [0.5f, 4], 0).ShouldBe([2, 0.25], 1e-12);
        SmoothFactors.Of([0, 2], [3, 0], 0.5).ShouldBe([1, 1]);
    }

    [Fact]
    public void Factors_RandomChannels_AreThoseOfTorch()
    {
        var random = new Random(4);
        float[] activations = [.. Enumerable.Range(0, 20).Select(_ => (float)(0.01 + (10 * random.NextDouble())))];
        float[] weights = [.. Enumerable.Range(0, 20).Select(_ => (float)(0.01 + random.NextDouble()))];
        double[] expected = PythonReference.Run(
            "torch",
            """
            a, w = torch.from_numpy(x[:20]).double(), torch.from_numpy(x[20:]).double()
            print(*(a.pow(0.7) / w.pow(1 - 0.7)).clamp(min=1e-5).tolist())
            """,
            [.. activations, .. weights]);

        SmoothFactors.Of(activations, weights, 0.7).ShouldBe(expected, 1e-9);
    }

    [Fact]
    public void Of_Transformer_IsTheSameFunctionWithEvenChannels()
    {
        using var folder = new WorkFolder();
        var graph = Network();
        var calibration = Nets.Arrays(folder, graph, 16, ("x", TensorData.FromFloats([40, 3, Width], Nets.Values(40 * 3 * Width, 8))));

        var smoothed = SmoothedNetwork.Of(graph, calibration, 0.5, 1, TestContext.Current.CancellationToken);

        smoothed.Tensors.Select(tensor => tensor.Value).ShouldBe(["normal", "scaled"]);
        smoothed.Tensors[0].Products.ShouldBe(["q", "k"]);
        smoothed.Tensors[0].SpreadAfter.ShouldBeLessThan(smoothed.Tensors[0].SpreadBefore / 2);
        smoothed.Graph.Nodes.ShouldBe(graph.Nodes);
        foreach (string kept in new[] { "w_last", "g_last", "b_last" })
        {
            smoothed.Graph.Initializers[kept].ShouldBeSameAs(graph.Initializers[kept]);
        }

        Nets.Distance(Run(smoothed.Graph), Run(graph)).ShouldBeLessThan(1e-5f);
    }

    [Fact]
    public void Of_NetworkWithoutNormalization_IsRefused()
    {
        var graph = new GraphBuilder(13, -1, 4).Floats("w", [4, 4], new float[16]).Node("MatMul", "x w", "y").Build();
        Should.Throw<KernelException>(() => SmoothedNetwork.Of(graph, null!, 0.5, 1, CancellationToken.None))
            .Message.ShouldContain("nothing to smooth");
    }

    // A LayerNormalization before two products, a decomposed one before a third, and one whose output the network gives, too.
    private static ModelGraph Network()
    {
        float[] gain = Nets.Values(Width, 1);
        gain[3] = 40;
        return new GraphBuilder(17, -1, 3, Width)
            .Floats("g1", [Width], gain)
            .Floats("b1", [Width], Nets.Values(Width, 2))
            .Floats("wq", [Width, 4], Nets.Values(4 * Width, 3))
            .Floats("wk", [Width, 4], Nets.Values(4 * Width, 4))
            .Floats("g2", [1, 1, 4], Nets.Values(4, 5))
            .Floats("b2", [4], Nets.Values(4, 6))
            .Floats("w_out", [4, 5], Nets.Values(20, 7))
            .Floats("w_last", [5, 5], Nets.Values(25, 9))
            .Floats("g_last", [5], Nets.Values(5, 10))
            .Floats("b_last", [5], Nets.Values(5, 11))
            .Node("LayerNormalization", "x g1 b1", "normal")
            .Node("MatMul", "normal wq", "q")
            .Node("MatMul", "normal wk", "k")
            .Node("Tanh", "q", "squashed")
            .Node("Mul", "squashed g2", "multiplied")
            .Node("Add", "multiplied b2", "scaled")
            .Node("MatMul", "scaled w_out", "out")
            .Node("LayerNormalization", "out g_last b_last", "last")
            .Node("MatMul", "last w_last", "unread")
            .Node("Add", "last unread", "both")
            .Node("ReduceSum", "k", "sum", GraphBuilder.Int("keepdims", 1))
            .Node("Add", "both sum", "y")
            .Build(-1, 3, 5);
    }

    private static float[] Run(ModelGraph graph) =>
        InRuntime.Run(graph, TensorData.FromFloats([6, 3, Width], Nets.Values(6 * 3 * Width, 12)));
}
