using Cluster.Networks.Graphs.Passes;

namespace Cluster.Evaluation.Tests.Targets;

public sealed class KernelTimesTests
{
    [Fact]
    public void Of_NamesWithTheRuntimesSuffixes_AreAddedByGroup()
    {
        var times = KernelTimes.Of(Graph(),
        [
            Kernel("x_quantize", "QuantizeLinear", 100), Kernel("Transpose", "Transpose", 50),
            Kernel("c1_token_1", "QLinearConv", 1000),
            Kernel("c2_quant_token_12", "QLinearConv", 400),
            Kernel("g_nchwc", "QLinearGlobalAveragePool", 30),
            Kernel("f", "Flatten", 2),
            Kernel("y_MatMul", "MatMulIntegerToFloat", 8),
            Kernel("ReorderOutput", "ReorderOutput", 5),
        ]);

        // A name that says nothing belongs to the kernel before it.
        times.GroupMs.ShouldBe([1.0, 0.44, 0], 1e-12);
        times.ConversionMs.ShouldBe(0.155, 1e-12);
        times.TotalMs.ShouldBe(1.595, 1e-12);
        times.TotalMs.ShouldBe(times.GroupMs.Sum() + times.ConversionMs, 1e-12);
    }

    [Fact]
    public void Of_FusedOutputName_BelongsToTheGroupThatMakesIt() =>
        KernelTimes.Of(Graph(), [Kernel("r2_nchwc", "Conv", 7), Kernel("y", "Gemm", 3)]).GroupMs.ShouldBe([0, 0.007, 0.003], 1e-12);

    [Fact]
    public void Of_ProductWithItsFactor_BelongsToTheGroupOfTheProduct() =>
        KernelTimes.Of(Graph(), [Kernel("y/MatMulScaleFusion/", "FusedMatMul", 7)]).GroupMs.ShouldBe([0, 0, 0.007], 1e-12);

    [Fact]
    public void Of_RealProfile_GivesEveryWeightedGroupTime()
    {
        using var sample = Sample.Small();
        string prefix = sample.In("profile");
        var plan = sample.Int8(correct: false);
        foreach (var model in new[] { sample.Network.Float32Model, sample.Builder.Build(plan, CancellationToken.None).File })
        {
            using var session = OrtSession.Open(ModelFile.Of(model.Message), new OrtSessionOptions { ProfilePrefix = prefix });
            TensorData[] pixels = [TensorData.FromFloats([256, 1, 4, 4], new float[256 * 16])];
            for (int i = 0; i < 20; i++)
            {
                session.Run(pixels, new float[256 * 3]);
            }

            var kernels = OrtProfile.Read(session.EndProfiling());
            var owners = KernelTimes.Of(sample.Network.Grouped, [.. kernels.Select(kernel => kernel with { MedianMicroseconds = 1 })]);

            // Every kernel counted once, and each layer found by name.
            owners.GroupMs.ShouldAllBe(milliseconds => milliseconds > 0);
            owners.TotalMs.ShouldBe(kernels.Count / 1000.0, 1e-12);
            (owners.GroupMs.Sum() + owners.ConversionMs).ShouldBe(owners.TotalMs, 1e-12);
        }
    }

    private static GroupedGraph Graph() => GroupFinder.Find(GraphNormalizer.Normalize(Sample.SmallGraph()));

    private static OrtNodeTime Kernel(string name, string type, double microseconds) => new(name, type, 0, microseconds, 5);
}
