using Cluster.Kernels.Learning.Optimizers;

namespace Cluster.Kernels.Tests.Learning.Optimizers;

public sealed class LearningRateScheduleTests
{
    // Of 1e-3 at first, as computed by hand; 0.904508 is (1 + cos(0.2 pi)) / 2.
    [Theory]
    [InlineData(Annealing.Cosine, 10, 0, 0, new long[] { 0, 2, 5, 10, 11 }, new[] { 1e-3, 0.904508497e-3, 5e-4, 0, 0 })]
    [InlineData(Annealing.Cosine, 10, 0, 0.01, new long[] { 0, 5, 10 }, new[] { 1e-3, 5.05e-4, 1e-5 })]
    [InlineData(Annealing.Cosine, 14, 4, 0, new long[] { 0, 1, 2, 3, 4, 9, 14 }, new[] { 0.25e-3, 0.5e-3, 0.75e-3, 1e-3, 1e-3, 5e-4, 0 })]
    [InlineData(Annealing.Cosine, 2, 2, 0.5, new long[] { 0, 1, 2 }, new[] { 5e-4, 1e-3, 5e-4 })] // warm-up alone
    [InlineData(Annealing.Exponential, 2, 0, 0.01, new long[] { 0, 1, 2 }, new[] { 1e-3, 1e-4, 1e-5 })]
    [InlineData(Annealing.Step, 9, 0, 0, new long[] { 0, 2, 3, 5, 6, 8, 9 }, new[] { 1e-3, 1e-3, 1e-4, 1e-4, 1e-5, 1e-5, 1e-5 })]
    [InlineData(Annealing.Constant, 3, 0, 0, new long[] { 0, 2, 3 }, new[] { 1e-3, 1e-3, 1e-3 })]
    public void At_Annealing_HasHandComputedRates(
        Annealing annealing, long iterations, long warmUp, double final, long[] steps, double[] rates)
    {
        var schedule = new LearningRateSchedule
        {
            Annealing = annealing,
            Initial = 1e-3,
            Iterations = iterations,
            WarmUp = warmUp,
            FinalShare = final,
        };

        steps.Select(schedule.At).ShouldBe(rates, 1e-12);
    }

    [Fact]
    public void Parse_UnknownWord_SaysWhichThereAre() =>
        Should.Throw<KernelException>(() => LearningRateSchedule.Parse("linear")).Message.ShouldContain("cosine");

    [Theory]
    [InlineData("cosine", Annealing.Cosine)]
    [InlineData("exponential", Annealing.Exponential)]
    [InlineData("step", Annealing.Step)]
    [InlineData("constant", Annealing.Constant)]
    public void Parse_Word_GivesItsAnnealing(string word, Annealing annealing) => LearningRateSchedule.Parse(word).ShouldBe(annealing);
}
