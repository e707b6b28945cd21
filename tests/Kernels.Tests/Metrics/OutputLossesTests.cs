namespace Cluster.Kernels.Tests.Metrics;

public sealed class OutputLossesTests
{
    private static readonly float[] Reference = [1, 2, 3];
    private static readonly float[] Quantized = [1.1f, 1.9f, 3.05f];

    [Fact]
    public void Noise_PublishedVector_GivesItsDecibels()
    {
        float noise = OutputLosses.Noise(Reference, Quantized, 3, OutputLosses.Power(Reference, 3)).ShouldHaveSingleItem();

        noise.ShouldBe(0.001607143f, 1e-7f);
        (-10 * Math.Log10(noise)).ShouldBe(27.93946, 1e-4);
        OutputLosses.Kl(Reference, Quantized, 3).ShouldHaveSingleItem().ShouldBe(0.002291936f, 1e-7f);
        OutputLosses.SquaredError(Reference, Quantized, 3).ShouldHaveSingleItem().ShouldBe(0.0225f / 3, 1e-6f);
    }

    [Fact]
    public void Noise_SeveralSamples_HasTheMeanOfAllNoiseOverAllPower()
    {
        float[] reference = [1, 0, 0, 3, 2, 2];
        float[] outputs = [1, 1, 0, 3, 0, 2];
        double power = OutputLosses.Power(reference, 2);

        float[] noise = OutputLosses.Noise(reference, outputs, 2, power);

        power.ShouldBe(18.0 / 3);
        noise.ShouldBe([1f / 6, 0, 4f / 6]);
        noise.Average().ShouldBe(5f / 18, 1e-6f);
        OutputLosses.Noise([0f, 0f], [0f, 0f], 2, 0).ShouldBe([0f]);
    }

    [Fact]
    public void Kl_SameOutputs_IsNone() => OutputLosses.Kl([5, -3, 2, 1], [5, -3, 2, 1], 2).ShouldBe([0f, 0f]);

    [Fact]
    public void SquaredError_OtherNumberOfOutputs_IsRefused() =>
        Should.Throw<KernelException>(() => OutputLosses.SquaredError([1, 2], [1, 2, 3, 4], 2)).Message.ShouldContain("the same samples");
}
