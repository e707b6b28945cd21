namespace Cluster.Kernels.Tests.Quantization;

public sealed class QuantizationParametersTests
{
    [Theory]
    [InlineData(0.5f)]
    [InlineData(6f)]
    [InlineData(4.0686f)]
    [InlineData(1e-5f)]
    [InlineData(3e38f)]
    public void FromRange_NoNegativeNumbers_HasZeroPointAtTheSmallestCodeAndStaysWithinTheEnd(float max)
    {
        var unsigned = QuantizationParameters.FromRange(0f, max, 0, 255);
        var signed = QuantizationParameters.FromRange(max / 2, max, -128, 127);

        unsigned.ZeroPoint.ShouldBe(0);
        signed.ZeroPoint.ShouldBe(-128);
        unsigned.High.ShouldBeLessThanOrEqualTo(max);
        unsigned.High.ShouldBe(max, max * 1e-6);
        AffineQuantizer.Quantize(max, unsigned).ShouldBe(255);
        signed.High.ShouldBe(unsigned.High);
    }

    [Fact]
    public void FromRange_OnlyNegativeNumbers_ExtendsToZero()
    {
        var parameters = QuantizationParameters.FromRange(-2f, -1f, 0, 255);

        parameters.ZeroPoint.ShouldBe(255);
        parameters.High.ShouldBe(0f);
        parameters.Low.ShouldBe(-2f, 1e-6);
    }

    [Fact]
    public void FromRange_SymmetricRangeOfSignedCodes_HasTheScaleOfTorchsObserver()
    {
        float[] values = [0.25f, -0.8f, 0.6f, 0.1f];

        double[] expected = PythonReference.Run(
            "torch",
            "from torch.ao.quantization import MinMaxObserver as O\n"
            + "o = O(dtype=torch.qint8, qscheme=torch.per_tensor_symmetric); o(torch.from_numpy(x))\n"
            + "print(*map(float, o.calculate_qparams()))",
            values);

        expected.ShouldBe([QuantizationParameters.FromRange(-0.8f, 0.8f, -128, 127).Scale, 0]);
    }

    [Fact]
    public void FromRange_AllZero_HasScaleOne() =>
        QuantizationParameters.FromRange(0f, 0f, 0, 255).ShouldBe(new QuantizationParameters(1f, 0, 0, 255));

    [Fact]
    public void FromRange_VanishingRange_KeepsTheScaleUsable() =>
        QuantizationParameters.FromRange(0f, 1e-32f, 0, 255).Scale.ShouldBe(QuantizationParameters.SmallestScale);

    [Theory]
    [InlineData(float.NaN, 1f)]
    [InlineData(0f, float.NaN)]
    [InlineData(float.NegativeInfinity, 1f)]
    [InlineData(0f, float.PositiveInfinity)]
    [InlineData(2f, 1f)]
    public void FromRange_InvalidEnds_AreRefused(float min, float max) =>
        Should.Throw<KernelException>(() => QuantizationParameters.FromRange(min, max, 0, 255))
            .Message.ShouldContain("cannot be quantized");

    [Fact]
    public void FromRange_NoCodes_IsRefused() =>
        Should.Throw<KernelException>(() => QuantizationParameters.FromRange(0f, 1f, 5, 5)).Message.ShouldContain("no range");

    [Fact]
    public void FromRange_AgainstTorchMinMaxObserver_AgreesOnPublishedTensors()
    {
        float[] x =
        [
            -.1551f, .4171f, .0281f, .8844f, -.0766f, 1.4027f, .1924f, .8369f, .7786f, 1.0915f, .4398f, -1.8102f,
            -1.2902f, -1.3943f, -1.6080f, .1695f, -.9307f, -.5508f, .6164f, -2.2461f, -1.1094f, -.3126f, .5751f, .6137f,
        ];
        double[] expected = PythonReference.Run(
            "torch",
            "o = torch.ao.quantization.MinMaxObserver(dtype=torch.quint8); o(torch.tensor(x)); s, z = o.calculate_qparams(); "
            + "print(repr(s.item()), z.item())",
            x);

        var parameters = QuantizationParameters.FromRange(x.Min(), x.Max(), 0, 255);

        ((double)parameters.Scale).ShouldBe(expected[0], 1e-9);
        parameters.ZeroPoint.ShouldBe((int)expected[1]);
        parameters.ZeroPoint.ShouldBe(157);
    }
}
