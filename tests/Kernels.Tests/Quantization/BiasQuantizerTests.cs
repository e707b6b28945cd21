namespace Cluster.Kernels.Tests.Quantization;

public sealed class BiasQuantizerTests
{
    [Fact]
    public void Quantize_PerChannel_DividesByTheProductOfScales() =>
        BiasQuantizer.Quantize([1f, -1f, 0.3125f], 0.5f, [0.25f, 0.5f, 0.25f]).ShouldBe([8, -4, 2]); // 2.5 is a tie.

    [Fact]
    public void Quantize_OneScale_ServesAllChannels() => BiasQuantizer.Quantize([1f, 2f], 0.5f, [0.5f]).ShouldBe([4, 8]);

    [Fact]
    public void Quantize_TinyScale_Saturates() =>
        BiasQuantizer.Quantize([1f, -1f, 0f], 1e-8f, [1e-8f, 1e-8f, 1e-8f]).ShouldBe([int.MaxValue, int.MinValue, 0]);

    [Fact]
    public void Scales_Underflow_StayPositive() =>
        BiasQuantizer.Scales(1e-30f, [1e-30f, 1f]).ShouldBe([1.17549435e-38f, 1e-30f]);

    [Fact]
    public void Quantize_DeadChannel_KeepsItsBias()
    {
        float[] weightScales = ChannelScales.MaxAbs([0f, 0f, 1f, 2f], [2, 2], 0);

        int[] codes = BiasQuantizer.Quantize([0.75f, 0f], 0.01f, weightScales);

        (codes[0] * BiasQuantizer.Scales(0.01f, weightScales)[0]).ShouldBe(0.75f, 0.005);
    }

    [Fact]
    public void Quantize_NotFinite_IsRefusedNamingTheChannel() =>
        Should.Throw<KernelException>(() => BiasQuantizer.Quantize([0f, float.NaN], 1f, [1f, 1f])).Message.ShouldContain("channel 1");

    [Fact]
    public void Quantize_CountsDiffer_IsRefused() =>
        Should.Throw<KernelException>(() => BiasQuantizer.Quantize([0f, 1f, 2f], 1f, [1f, 1f]));
}
