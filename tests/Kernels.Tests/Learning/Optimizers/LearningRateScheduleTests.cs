namespace Cluster.Kernels.Tests.Learning.Optimizers;

public sealed class LearningRateScheduleTests
{
    // Of 1e-3 at first, as computed by hand; 0.904508 is (1 + cos(0.2 pi)) / 2.
    [Theory]
    [InlineData(10, 0, 0, new long[] { 0, 2, 5, 10, 11 }, new[] { 1e-3, 0.904508497e-3, 5e-4, 0, 0 })]
    [InlineData(10, 0, 0.01, new long[] { 0, 5, 10 }, new[] { 1e-3, 5.05e-4, 1e-5 })]
    [InlineData(14, 4, 0, new long[] { 0, 1, 2, 3, 4, 9, 14 }, new[] { 0.25e-3, 0.5e-3, 0.75e-3, 1e-3, 1e-3, 5e-4, 0 })]
    [InlineData(2, 2, 0.5, new long[] { 0, 1, 2 }, new[] { 5e-4, 1e-3, 5e-4 })] // warm-up alone
    public void At_Cosine_HasHandComputedRates(long iterations, long warmUp, double final, long[] steps, double[] rates)
    {
        var schedule = new LearningRateSchedule
        {
            Initial = 1e-3,
            Iterations = iterations,
            WarmUp = warmUp,
            FinalShare = final,
        };

        steps.Select(schedule.At).ShouldBe(rates, 1e-12);
    }
}
