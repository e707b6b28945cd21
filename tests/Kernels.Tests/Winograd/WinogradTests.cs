using TorchSharp;

namespace Cluster.Kernels.Tests.Winograd;

[Collection(ProcessSettings.Name)]
public sealed class WinogradTests
{
    private static readonly long[] Ones = [1, 1];
    private static readonly long[] Border = [1, 1, 1, 1];

    /// <summary>
    /// N, C, O, H, W: cache blocks full and partial, narrow and wide panels, more weights than a cache holds; smaller
    /// ones are drawn below.
    /// </summary>
    public static TheoryData<int, int, int, int, int> Shapes { get; } = new()
    {
        { 3, 48, 80, 7, 5 },
        { 1, 64, 64, 8, 8 },
        { 5, 32, 32, 9, 16 },
        { 2, 16, 16, 33, 31 },
        { 1, 272, 256, 7, 7 },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Convolve_Shapes_AgreesWithTheDirectSum(int n, int c, int o, int h, int w)
    {
        using var scope = torch.NewDisposeScope();
        var (x, weight, bias) = Random(n, c, o, h, w);
        float[] expected = Direct(x, weight, bias);

        foreach (var tile in Enum.GetValues<WinogradTile>())
        {
            var y = WinogradConvolution.Convolve(x, WinogradConvolution.Prepare(weight, bias, tile));

            y.shape.ShouldBe([n, o, h, w]);
            LargestError(TensorFactory.ToFloats(y), expected).ShouldBeLessThan(Bound(tile) * expected.Max(Math.Abs), $"{tile}");
        }
    }

    [Fact]
    public void Convolve_AnySizeOfImage_AgreesWithTheDirectSum()
    {
        // What is cut off the last tiles, to the right and below, takes every value.
        var cases =
            from count in Gen.Choose(1, 3)
            from inputs in Gen.Elements(16, 32, 48)
            from outputs in Gen.Elements(16, 32, 48)
            from height in Gen.Choose(1, 14)
            from width in Gen.Choose(1, 14)
            select (Count: count, Inputs: inputs, Outputs: outputs, Height: height, Width: width);
        Prop.ForAll(cases.ToArbitrary(), one =>
        {
            using var scope = torch.NewDisposeScope();
            var (x, weight, bias) = Random(one.Count, one.Inputs, one.Outputs, one.Height, one.Width);
            float[] expected = Direct(x, weight, bias);
            return Enum.GetValues<WinogradTile>().All(tile =>
                LargestError(
                    TensorFactory.ToFloats(WinogradConvolution.Convolve(x, WinogradConvolution.Prepare(weight, bias, tile))), expected)
                    < Bound(tile) * expected.Max(Math.Abs));
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData(WinogradTile.Two, 3, 4)]
    [InlineData(WinogradTile.Four, 3, 576)] // 24 * 24, the denominators of F(4x4, 3x3)
    [InlineData(WinogradTile.Four, 11, 576)]
    public void Convolve_OneWeightOfAnOtherwiseEmptyFilter_ShiftsTheImage(WinogradTile tile, int side, int factor)
    {
        // The filter's upper left corner only: y[i, j] = x[i - 1, j - 1], zero where that is outside.
        using var scope = torch.NewDisposeScope();
        float[] filter = new float[16 * 16 * 9];
        for (int channel = 0; channel < 16; channel++)
        {
            filter[((channel * 16) + channel) * 9] = factor; // every step of the transforms is exact
        }

        int size = side * side;
        float[] pixels = [.. Enumerable.Range(0, 16 * size).Select(i => (float)i)];
        var x = TensorFactory.FromFloats(pixels, [1, 16, side, side]);

        var y = WinogradConvolution.Convolve(x, WinogradConvolution.Prepare(TensorFactory.FromFloats(filter, [16, 16, 3, 3]), null, tile));

        TensorFactory.ToFloats(y).ShouldBe(
            [.. Enumerable.Range(0, 16 * size).Select(i => i % size < side || i % side == 0 ? 0 : factor * pixels[i - side - 1])]);
    }

    [Fact]
    public void Convolve_EitherMemoryFormat_GivesTheSameBits()
    {
        using var scope = torch.NewDisposeScope();
        var (x, weight, bias) = Random(2, 32, 16, 5, 6);
        var prepared = WinogradConvolution.Prepare(weight, bias);

        float[] rowMajor = TensorFactory.ToFloats(WinogradConvolution.Convolve(x.contiguous(), prepared));
        float[] channelsLast = TensorFactory.ToFloats(WinogradConvolution.Convolve(TensorOps.ToChannelsLast(x), prepared));
        float[] view = TensorFactory.ToFloats(
            WinogradConvolution.Convolve(TensorOps.Pad(x, [0, 0, 0, 1], [0, 0, 0, 0], 9).slice(3, 1, 7, 1), prepared));

        channelsLast.ShouldBe(rowMajor);
        view.ShouldBe(rowMajor);
    }

    [Fact]
    public void Convolve_OneAndTwoThreads_GiveTheSameBits()
    {
        using var scope = torch.NewDisposeScope();
        var (x, weight, bias) = Random(5, 32, 48, 15, 16);
        var prepared = WinogradConvolution.Prepare(weight, bias);
        float[] Run(int threads) => ProcessSettings.WithThreads(
            threads, () => TensorFactory.ToFloats(WinogradConvolution.Convolve(x, prepared)));

        Run(2).ShouldBe(Run(1));
    }

    [Theory]
    [InlineData(WinogradTile.Two, 16, 16, 9, 7)] // 20 tiles: the images of a block begin at every remainder
    [InlineData(WinogradTile.Two, 48, 80, 5, 5)]
    [InlineData(WinogradTile.Four, 16, 32, 13, 15)] // 16 tiles
    [InlineData(WinogradTile.Four, 48, 80, 17, 17)] // 25 tiles
    public void Convolve_ImageAloneAndInABatch_GivesTheSameBits(WinogradTile tile, int c, int o, int h, int w)
    {
        const int count = 7;
        using var scope = torch.NewDisposeScope();
        var (x, weight, bias) = Random(count, c, o, h, w);
        var prepared = WinogradConvolution.Prepare(weight, bias, tile);

        float[] together = TensorFactory.ToFloats(WinogradConvolution.Convolve(x, prepared));

        float[] alone =
        [
            .. Enumerable.Range(0, count).SelectMany(i => TensorFactory.ToFloats(WinogradConvolution.Convolve(x.narrow(0, i, 1), prepared)))
        ];
        alone.ShouldBe(together);
    }

    [Fact]
    public void Convolve_FromTwoThreadsAtOnce_GivesTheSameBits()
    {
        using var scope = torch.NewDisposeScope();
        var (x, weight, bias) = Random(3, 32, 32, 9, 9);
        var prepared = WinogradConvolution.Prepare(weight, bias);
        float[] expected = TensorFactory.ToFloats(WinogradConvolution.Convolve(x, prepared));
        float[][] seen = new float[40][];

        Parallel.For(0, seen.Length, new ParallelOptions { MaxDegreeOfParallelism = 2 }, i =>
        {
            using var y = WinogradConvolution.Convolve(x, prepared);
            seen[i] = TensorFactory.ToFloats(y);
        });

        seen.ShouldAllBe(values => values.SequenceEqual(expected));
    }

    [Fact]
    public void Convolve_ManyTimes_LeavesOnlyItsResults()
    {
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        using (torch.NewDisposeScope())
        {
            var (x, weight, bias) = Random(1, 16, 16, 4, 4);
            var prepared = WinogradConvolution.Prepare(weight, bias);
            weight.Dispose(); // copied

            TensorLeaks.ShouldBeNone(() => WinogradConvolution.Convolve(x, prepared).Dispose());
        }

        DisposeScopeManager.Statistics.ThreadTotalLiveCount.ShouldBe(before);
    }

    [Fact]
    public void Convolve_EmptyBatch_GivesAnEmptyResult()
    {
        using var scope = torch.NewDisposeScope();
        var (_, weight, bias) = Random(1, 16, 32, 3, 3);

        WinogradConvolution.Convolve(TensorFactory.FromFloats([], [0, 16, 3, 3]), WinogradConvolution.Prepare(weight, bias)).shape
            .ShouldBe([0, 32, 3, 3]);
    }

    // What multiplies writes where it is told to.
    [Fact]
    public void PrepareAndConvolve_TensorsThatDoNotFit_AreRefused()
    {
        using var scope = torch.NewDisposeScope();
        var (x, weight, bias) = Random(1, 16, 16, 4, 4);
        string Refusal(Action action) => Should.Throw<KernelException>(action).Message;
        foreach (long[] shape in (long[][])[[16, 8, 3, 3], [24, 16, 3, 3], [16, 16, 1, 1]])
        {
            Refusal(() => WinogradConvolution.Prepare(torch.zeros(shape), null)).ShouldContain("multiples of 16");
        }

        Refusal(() => WinogradConvolution.Prepare(weight, torch.zeros(1))).ShouldContain("16 output channels");
        Refusal(() => WinogradConvolution.Convolve(torch.cat([x, x], 1), WinogradConvolution.Prepare(weight, bias)))
            .ShouldContain("(N, 16, H, W) was expected");
    }

    [Fact]
    public void IsSupported_AnyOtherConvolution_IsNot()
    {
        long[] weights = [32, 16, 3, 3];
        WinogradConvolution.IsSupported(weights, Ones, Border, Ones, 1).ShouldBeTrue();
        WinogradConvolution.IsSupported(weights, [2, 2], Border, Ones, 1).ShouldBeFalse();
        WinogradConvolution.IsSupported(weights, Ones, [0, 0, 2, 2], Ones, 1).ShouldBeFalse();
        WinogradConvolution.IsSupported(weights, Ones, [0, 0, 0, 0], Ones, 1).ShouldBeFalse();
        WinogradConvolution.IsSupported(weights, Ones, Border, [2, 2], 1).ShouldBeFalse();
        WinogradConvolution.IsSupported(weights, Ones, Border, Ones, 2).ShouldBeFalse();
        WinogradConvolution.IsSupported([16, 3, 3, 3], Ones, Border, Ones, 1).ShouldBeFalse();
        WinogradConvolution.IsSupported([16, 16, 3], [1], [1, 1], [1], 1).ShouldBeFalse();
    }

    private static (torch.Tensor X, torch.Tensor Weight, torch.Tensor Bias) Random(int n, int c, int o, int h, int w) => (
        TensorFactory.FromFloats(Nets.Values(n * c * h * w, 1), [n, c, h, w]),
        TensorFactory.FromFloats(Nets.Values(o * c * 9, 2), [o, c, 3, 3]),
        TensorFactory.FromFloats(Nets.Values(o, 3), [o]));

    /// <summary>Of the error, relative to the largest output.</summary>
    private static double Bound(WinogradTile tile) => tile == WinogradTile.Two ? 1e-5 : 5e-5;

    /// <summary>In double, by libtorch.</summary>
    private static float[] Direct(torch.Tensor x, torch.Tensor weight, torch.Tensor bias)
    {
        var y = TensorOps.Convolve(Double(x), Double(weight), Double(bias), Ones, Ones, Ones, 1);
        return TensorFactory.ToFloats(y.to(torch.ScalarType.Float32));
    }

    private static torch.Tensor Double(torch.Tensor tensor) => tensor.to(torch.ScalarType.Float64);

    private static double LargestError(float[] actual, float[] expected) => actual.Zip(expected, (a, b) => Math.Abs((double)a - b)).Max();
}
