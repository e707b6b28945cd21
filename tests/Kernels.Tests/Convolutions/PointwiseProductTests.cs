using Cluster.Kernels.Convolutions;
using static TorchSharp.torch;

namespace Cluster.Kernels.Tests.Convolutions;

[Collection(ProcessSettings.Name)]
public sealed class PointwiseProductTests
{
    /// <summary>N, C, O, H, W: fewer rows than eight, rows left over, one and many blocks, panels of sixteen and thirty-two.</summary>
    public static TheoryData<int, int, int, int, int> Shapes { get; } = new()
    {
        { 1, 3, 16, 1, 1 },
        { 1, 5, 32, 2, 3 },
        { 2, 16, 48, 3, 5 },
        { 3, 1, 64, 7, 7 },
        { 2, 512, 80, 9, 11 },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Run_Shapes_AgreesWithLibtorch(int n, int c, int o, int h, int w)
    {
        Assert.SkipUnless(PointwiseProduct.IsSupported(o), "This processor has no AVX2.");
        using var scope = NewDisposeScope();
        using var generator = new Generator(5);
        var (x, weight) = (randn([n, c, h, w], generator: generator), randn([o, c, 1, 1], generator: generator));
        foreach (var bias in new[] { null, randn([o], generator: generator) })
        {
            var expected = nn.functional.conv2d(x, weight, bias);

            var y = new PointwiseProduct(weight, bias).Run(x);

            y.shape.ShouldBe(expected.shape);
            y.sub(expected).abs().max().item<float>().ShouldBeLessThan(1e-5f * expected.abs().max().item<float>());
        }
    }

    [Fact]
    public void Run_AnyNumberOfThreadsAndAnyOrderInMemory_GivesTheSameBits()
    {
        Assert.SkipUnless(PointwiseProduct.IsSupported(32), "This processor has no AVX2.");
        using var scope = NewDisposeScope();
        using var generator = new Generator(6);
        var x = randn([4, 64, 17, 13], generator: generator);
        var product = new PointwiseProduct(randn([32, 64, 1, 1], generator: generator), null);
        float[] Run(int threads, Tensor image) => ProcessSettings.WithThreads(threads, () => TensorFactory.ToFloats(product.Run(image)));

        float[] one = Run(1, x);

        Run(2, TensorOps.ToChannelsLast(x)).ShouldBe(one);
        Run(2, x.narrow(0, 3, 1)).ShouldBe(one[^(32 * 17 * 13)..]);
    }
}
