namespace Cluster.Kernels.Tests.Quantization;

public sealed class WeightQuantizerTests
{
    // (2, 3): rows are output channels for axis 0, columns for axis 1.
    private static readonly float[] Weights = [1.27f, -0.5f, 0f, -2.54f, 0.25f, 0f];
    private static readonly long[] Shape = [2, 3];

    [Fact]
    public void MaxAbs_Axis0_TakesEachRow() => ChannelScales.MaxAbs(Weights, Shape, 0).ShouldBe([0.01f, 0.02f], 1e-9);

    [Fact]
    public void MaxAbs_LastAxis_TakesEachColumnAndOneForADeadChannel() =>
        ChannelScales.MaxAbs(Weights, Shape, -1).ShouldBe([2.54f / 127, 0.5f / 127, 1f]);

    [Fact]
    public void MaxAbs_WholeTensor_IsAShapeWithOneRow() => ChannelScales.MaxAbs(Weights, [1, 6], 0).ShouldBe([2.54f / 127]);

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.NegativeInfinity)]
    public void MaxAbs_NotFinite_IsRefusedNamingTheChannel(float bad) =>
        Should.Throw<KernelException>(() => ChannelScales.MaxAbs([1f, 2f, bad, 3f], [2, 2], 0)).Message.ShouldContain("Channel 1");

    [Fact]
    public void MaxAbs_ShapeAndDataDisagree_IsRefused()
    {
        Should.Throw<KernelException>(() => ChannelScales.MaxAbs(Weights, [2, 2], 0)).Message.ShouldContain("6 elements");
        Should.Throw<KernelException>(() => ChannelScales.MaxAbs(Weights, Shape, 2)).Message.ShouldContain("Axis 2");
    }

    [Fact]
    public void Quantize_Axis0_GivesHandComputedCodes()
    {
        sbyte[] codes = WeightQuantizer.Quantize(Weights, Shape, 0, [0.01f, 0.02f]);

        codes.ShouldBe([127, -50, 0, -127, 12, 0]); // 0.25 / 0.02 = 12.5: the tie goes to 12.
        WeightQuantizer.Dequantize(codes, Shape, 0, [0.01f, 0.02f]).ShouldBe([1.27f, -0.5f, 0f, -2.54f, 0.24f, 0f], 1e-6);
    }

    [Fact]
    public void Quantize_MiddleAxis_FindsItsChannels()
    {
        // (2, 2, 2), axis 1: channel 0 is elements 0, 1, 4, 5.
        float[] weights = [1, 2, 10, 20, 3, 4, 30, 40];

        WeightQuantizer.Quantize(weights, [2, 2, 2], 1, [1f, 10f]).ShouldBe([1, 2, 1, 2, 3, 4, 3, 4]);
    }

    [Fact]
    public void Quantize_BeyondTheRange_SaturatesNarrowUnlessAsked()
    {
        WeightQuantizer.Quantize([-10f, 10f], [1, 2], 0, [0.05f]).ShouldBe([-127, 127]);
        WeightQuantizer.Quantize([-10f, 10f], [1, 2], 0, [0.05f], -128).ShouldBe([-128, 127]);
        WeightQuantizer.Quantize([-10f, 10f], [1, 2], 0, [0.05f], -64, 63).ShouldBe([-64, 63]);
    }

    [Fact]
    public void Quantize_WrongNumberOfScales_IsRefused() =>
        Should.Throw<KernelException>(() => WeightQuantizer.Quantize(Weights, Shape, 0, [1f])).Message.ShouldContain("one a channel");
}
