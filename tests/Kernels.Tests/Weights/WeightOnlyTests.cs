using Cluster.Kernels.Quantization.Blocks;
using Cluster.Kernels.Weights;

namespace Cluster.Kernels.Tests.Weights;

/// <summary>The written file in ONNX Runtime, against a float network of the numbers that its codes stand for.</summary>
public sealed class WeightOnlyTests
{
    private const int Rows = 7;

    public static TheoryData<int, int, int> Formats()
    {
        var data = new TheoryData<int, int, int>();
        foreach (int bits in new[] { 4, 8 })
        {
            foreach (int block in new[] { 16, 32, 64, 128 })
            {
                foreach (int inputs in new[] { 7, 48, 200 }) // less than a block, odd numbers of blocks, a padded block
                {
                    data.Add(bits, block, inputs);
                }
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Nearest_InOnnxRuntime_MultipliesWithTheCodesNumbers(int bits, int block, int inputs)
    {
        var graph = Products(inputs);
        var format = new BlockFormat(bits, block);
        var quantized = new WeightOnly(graph).Nearest(format, ActivationRounding.None);

        float[] expected = Run(Decoded(graph, format), inputs);
        float[] actual = Run(quantized.Graph, inputs);

        quantized.Graph.Nodes.Count(node => node.OpType == "MatMulNBits").ShouldBe(3);
        Nets.Distance(actual, expected).ShouldBeLessThan(2e-5f);
    }

    [Fact]
    public void Nearest_ActivationsInInt8_AreNearThoseInFloat()
    {
        var weights = new WeightOnly(Products(64));
        float[] exact = Run(weights.Nearest(new BlockFormat(8, 32), ActivationRounding.None).Graph, 64);
        float[] rounded = Run(weights.Nearest(new BlockFormat(8, 32), ActivationRounding.Int8).Graph, 64);

        rounded.ShouldNotBe(exact);
        double noise = exact.Zip(rounded, (a, b) => (double)(a - b) * (a - b)).Sum();
        (10 * Math.Log10(exact.Sum(a => (double)a * a) / noise)).ShouldBeGreaterThan(30);
    }

    [Fact]
    public void Gptq_ChainOfProducts_IsNearerToFloatThanNearest()
    {
        using var folder = new WorkFolder();
        const int Inputs = 48;
        var graph = Products(Inputs);
        var calibration = Nets.Arrays(folder, graph, 32, ("x", TensorData.FromFloats([300, Inputs], Nets.Related(Inputs, 300, 11))));
        var weights = new WeightOnly(graph);
        var format = new BlockFormat(4, 32);
        var told = new List<int>();

        var adapted = weights.Gptq(format, ActivationRounding.None, calibration, 1, told.Add, TestContext.Current.CancellationToken);

        float[] exact = Run(graph, Inputs);
        double Error(ModelGraph quantized) => exact.Zip(Run(quantized, Inputs), (a, b) => (double)(a - b) * (a - b)).Sum();
        Error(adapted.Graph).ShouldBeLessThan(Error(weights.Nearest(format, ActivationRounding.None).Graph));
        told.ShouldBe([1, 2, 3]);
        OnnxWriter.Write(weights.Gptq(format, ActivationRounding.None, calibration, 2, _ => { }, CancellationToken.None).Graph)
            .ShouldBe(OnnxWriter.Write(adapted.Graph));
    }

    [Fact]
    public void Gptq_InputThatFirstProductsDoNotRead_IsNoObstacle()
    {
        using var folder = new WorkFolder();
        const int Inputs = 20;
        var graph = new GraphBuilder(13, -1, Inputs)
            .Floats("w1", [Inputs, 16], Nets.Related(16, Inputs, 1))
            .Floats("w2", [16, 5], Nets.Related(5, 16, 2))
            .Node("MatMul", "x w1", "a")
            .Node("Mul", "a mask", "masked")
            .Node("MatMul", "masked w2", "y")
            .Build(-1, 5);
        graph = graph with { Inputs = [graph.Inputs[0], new ValueInfo("mask", ElementType.Float, [-1, 16])] };
        var calibration = Nets.Arrays(
            folder,
            graph,
            16,
            ("x", TensorData.FromFloats([50, Inputs], Nets.Related(Inputs, 50, 3))),
            ("mask", TensorData.FromFloats([50, 16], Nets.Related(16, 50, 4))));

        var adapted = new WeightOnly(graph).Gptq(
            new BlockFormat(4, 16), ActivationRounding.None, calibration, 1, _ => { }, TestContext.Current.CancellationToken);

        adapted.Products.Select(product => product.Weight).ShouldBe(["w1", "w2"]);
        using var session = OrtSession.Open(OnnxWriter.Write(adapted.Graph), new OrtSessionOptions());
        session.Run(calibration.Inputs(0), ["y"])[0].Shape.ShouldBe([16, 5]);
    }

    [Fact]
    public void Find_WeightsThatOthersRead_StayAsTheyAre()
    {
        var graph = new GraphBuilder(13, -1, 4)
            .Floats("shared", [4, 4], new float[16])
            .Floats("twice", [4, 4], new float[16])
            .Floats("scaled", [4, 4], new float[16])
            .Floats("both", [4, 4], new float[16])
            .Node("MatMul", "x shared", "a")
            .Node("Add", "a shared", "b")
            .Node("Gemm", "b scaled", "c", GraphBuilder.Float("alpha", 2))
            .Node("Gemm", "c both", "d", GraphBuilder.Int("transB", 1))
            .Node("MatMul", "d both", "e")
            .Node("MatMul", "e twice", "f")
            .Node("MatMul", "f twice", "g")
            .Node("MatMul", "g g", "h")
            .Build();

        var products = WeightProducts.Find(graph);

        products.ShouldHaveSingleItem().Weight.ShouldBe("twice");
        products[0].Nodes.Select(node => node.Output).ShouldBe(["f", "g"]);
    }

    [Fact]
    public void WeightOnly_NetworkOfConvolutions_IsRefused() =>
        Should.Throw<KernelException>(() => new WeightOnly(new GraphBuilder(13, -1, 4).Node("Relu", "x", "y").Build()))
            .Message.ShouldContain("no product by a constant float matrix");

    // A product, a Gemm with a bias and one without, its weights the other way round.
    private static ModelGraph Products(int inputs) => new GraphBuilder(13, -1, inputs)
        .Floats("w1", [inputs, 24], Nets.Related(24, inputs, 1))
        .Floats("w2", [33, 24], Nets.Related(24, 33, 2))
        .Floats("b2", [33], Nets.Related(33, 1, 3))
        .Floats("w3", [33, 5], Nets.Related(5, 33, 4))
        .Node("MatMul", "x w1", "a")
        .Node("Relu", "a", "positive")
        .Node("Gemm", "positive w2 b2", "b", GraphBuilder.Int("transB", 1))
        .Node("Gemm", "b w3", "y")
        .Build(-1, 5);

    private static ModelGraph Decoded(ModelGraph graph, BlockFormat format)
    {
        var constants = new Dictionary<string, TensorData>(graph.Initializers, StringComparer.Ordinal);
        foreach (var product in WeightProducts.Find(graph))
        {
            var codes = BlockRounding.Nearest(
                product.Rows(constants[product.Weight]), product.Outputs, product.Inputs, format.For(product.Inputs));
            constants[product.Weight] = product.Constant(codes.Decoded());
        }

        return graph with { Initializers = constants };
    }

    private static float[] Run(ModelGraph graph, int inputs) =>
        InRuntime.Run(graph, TensorData.FromFloats([Rows, inputs], Nets.Related(inputs, Rows, 9)));
}
