namespace Cluster.Kernels.Tests.Metrics;

public sealed class DistanceTests
{
    private static readonly float[] Reference = [1f, 2f, 3f];
    private static readonly float[] Quantized = [1.1f, 1.9f, 3.05f];

    [Fact]
    public void LogitsKl_PublishedVector_GivesItsFigure() => LogitsKl.Of(Reference, Quantized, 3).ShouldBe(.002291936, 1e-9);

    [Fact]
    public void LogitsKl_LargeLogits_StayFinite()
    {
        LogitsKl.Of([1000f, 0f], [1000f, 0f], 2).ShouldBe(0);
        LogitsKl.Of([0f, 1000f], [1000f, 0f], 2).ShouldBe(1000, 1e-9);
    }

    [Fact]
    public void LogitsKl_Shifted_IsZeroAndNeverNegative() =>
        Prop.ForAll<int, int, int>((a, b, c) =>
        {
            float[] p = [a % 20, b % 20, c % 20];
            float[] q = [b % 15, c % 15, a % 15];
            return LogitsKl.Of(p, q, 3) >= 0 && LogitsKl.Of(p, [p[0] + 3, p[1] + 3, p[2] + 3], 3) < 1e-12;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void LogitsKl_Batches_GiveTheMeanOverImages()
    {
        LogitsKl.Of([1, 2, 3, 1, 2, 3], [1.1f, 1.9f, 3.05f, 1, 2, 3], 3).ShouldBe(.002291936 / 2, 1e-9);
        Should.Throw<KernelException>(() => LogitsKl.Of([1, 2], [1, 2], 3));
        Should.Throw<KernelException>(() => LogitsKl.Of([1, 2, 3], [1, 2], 3));
    }
}
