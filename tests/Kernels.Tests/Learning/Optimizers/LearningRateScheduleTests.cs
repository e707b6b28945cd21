using Cluster.Kernels.Learning.Optimizers;

namespace Cluster.Kernels.Tests.Learning.Optimizers;

public sealed class LearningRateScheduleTests
{
    [Fact]
    public void At_Cosine_MatchesHandComputedRates()
    {
        var schedule = Schedule(Annealing.Cosine, 10);

        Rates(schedule, 0, 5, 10, 11).ShouldBe([1e-3, 5e-4, 0, 0], 1e-12);
        schedule.At(2).ShouldBe(0.5e-3 * (1 + Math.Cos(Math.PI * 0.2)), 1e-15);
    }

    [Fact]
    public void At_CosineToAShare_EndsThere()
    {
        var schedule = Schedule(Annealing.Cosine, 10) with { FinalShare = 0.01 };

        Rates(schedule, 0, 5, 10).ShouldBe([1e-3, 5.05e-4, 1e-5], 1e-12);
    }

    [Fact]
    public void At_WarmUp_RisesInEqualStepsThenAnneals()
    {
        var schedule = Schedule(Annealing.Cosine, 14) with { WarmUp = 4 };

        Rates(schedule, 0, 1, 2, 3, 4, 9, 14).ShouldBe([0.25e-3, 0.5e-3, 0.75e-3, 1e-3, 1e-3, 5e-4, 0], 1e-12);
    }

    [Fact]
    public void At_Exponential_FallsByTheSameFactor()
    {
        var schedule = Schedule(Annealing.Exponential, 2) with { FinalShare = 0.01 };

        Rates(schedule, 0, 1, 2).ShouldBe([1e-3, 1e-4, 1e-5], 1e-12);
    }

    [Fact]
    public void At_Step_FallsAtEachThird()
    {
        var schedule = Schedule(Annealing.Step, 9);

        Rates(schedule, 0, 2, 3, 5, 6, 8, 9).ShouldBe([1e-3, 1e-3, 1e-4, 1e-4, 1e-5, 1e-5, 1e-5], 1e-12);
    }

    [Fact]
    public void At_Constant_Stays() => Rates(Schedule(Annealing.Constant, 3), 0, 2, 3).ShouldBe([1e-3, 1e-3, 1e-3]);

    [Fact]
    public void At_OnlyWarmUp_EndsAtTheFinalRate() =>
        Rates(Schedule(Annealing.Cosine, 2) with { WarmUp = 2, FinalShare = 0.5 }, 0, 1, 2).ShouldBe([5e-4, 1e-3, 5e-4], 1e-12);

    [Fact]
    public void Parse_UnknownWord_SaysWhichThereAre() =>
        Should.Throw<KernelException>(() => LearningRateSchedule.Parse("linear")).Message.ShouldContain("cosine");

    [Theory]
    [InlineData("cosine", Annealing.Cosine)]
    [InlineData("exponential", Annealing.Exponential)]
    [InlineData("step", Annealing.Step)]
    [InlineData("constant", Annealing.Constant)]
    public void Parse_Word_GivesItsAnnealing(string word, Annealing annealing) => LearningRateSchedule.Parse(word).ShouldBe(annealing);

    private static LearningRateSchedule Schedule(Annealing annealing, long steps) =>
        new() { Annealing = annealing, Initial = 1e-3, Iterations = steps };

    private static double[] Rates(LearningRateSchedule schedule, params long[] steps) => [.. steps.Select(schedule.At)];
}
