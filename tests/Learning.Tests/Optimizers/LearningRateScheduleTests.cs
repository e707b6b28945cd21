namespace Cluster.Learning.Tests.Optimizers;

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

    // From 1e-3 to 1 % of it over 12 steps: 1e-3 * 0.01^(1/4) = 3.16228e-4, and (1 + cos(pi / 4)) / 2 = 0.853553391.
    [Theory]
    [InlineData(RateDecay.Constant, new[] { 1e-3, 1e-3, 1e-3, 1e-3, 1e-3 })]
    [InlineData(RateDecay.Exponential, new[] { 1e-3, 3.16227766e-4, 1e-4, 3.16227766e-5, 1e-5 })]
    [InlineData(RateDecay.Cosine, new[] { 1e-3, 8.55017857e-4, 5.05e-4, 1.54982143e-4, 1e-5 })]
    [InlineData(RateDecay.Step, new[] { 1e-3, 1e-3, 1e-4, 1e-5, 1e-5 })] // stairs of four steps
    public void At_FirstMiddleAndLastStep_HasHandComputedRates(RateDecay decay, double[] rates)
    {
        var schedule = new LearningRateSchedule { Initial = 1e-3, Iterations = 12, FinalShare = 0.01, Decay = decay };

        new long[] { 0, 3, 6, 9, 12 }.Select(schedule.At).ShouldBe(rates, 1e-12);
        schedule.At(100).ShouldBe(rates[^1], 1e-12);
    }

    [Fact]
    public void At_Step_FallsAfterEachThird()
    {
        var schedule = new LearningRateSchedule { Initial = 1, Iterations = 12, FinalShare = 0.01, Decay = RateDecay.Step };

        new long[] { 3, 4, 7, 8, 11 }.Select(schedule.At).ShouldBe([1, 0.1, 0.1, 0.01, 0.01], 1e-12);
    }
}
