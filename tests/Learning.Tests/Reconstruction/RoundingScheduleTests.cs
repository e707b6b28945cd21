namespace Cluster.Learning.Tests.Reconstruction;

public sealed class RoundingScheduleTests
{
    private const int Iterations = 20000;

    [Theory]
    [InlineData(1, 20)]
    [InlineData(4000, 20)]
    [InlineData(8000, 15.5)]
    [InlineData(16000, 6.5)]
    [InlineData(20000, 2)]
    public void Beta_PublishedSchedule_FallsLinearlyAfterTheWarmUp(int iteration, double beta) =>
        RoundingSchedule.Beta(iteration, Iterations).ShouldBe(beta, 1e-9);

    [Fact]
    public void IsRegularized_WarmUp_BeginsAtItsEnd()
    {
        RoundingSchedule.IsRegularized(3999, Iterations).ShouldBeFalse();
        RoundingSchedule.IsRegularized(4000, Iterations).ShouldBeTrue();
    }

    [Fact]
    public void Cosine_WholeRun_GoesFromTheRateToNearlyNothing()
    {
        RoundingSchedule.Cosine(4e-5, 1, 1000).ShouldBe(4e-5);
        RoundingSchedule.Cosine(4e-5, 501, 1000).ShouldBe(2e-5, 1e-12);
        RoundingSchedule.Cosine(4e-5, 1000, 1000).ShouldBeLessThan(1e-9);
    }

    [Fact]
    public void Undecided_RoundingAtNineTenths_IsAll()
    {
        using var variable = new RoundingVariable([0.9f], [1, 1], new WeightGrid([1, 1], 0, [1], [-8], [7]));

        variable.Undecided().ShouldBe(1);
    }

    [Fact]
    public void Batch_WithoutReplacement_HasEachRowOnceAndDependsOnTheSeedAlone()
    {
        long[] rows = new long[32];
        Seeds.Batch(Seeds.Of(1005, 3, 17, 0), 40, replace: false, rows);
        long[] again = new long[32];
        Seeds.Batch(Seeds.Of(1005, 3, 17, 0), 40, replace: false, again);
        long[] other = new long[32];
        Seeds.Batch(Seeds.Of(1005, 3, 18, 0), 40, replace: false, other);

        rows.Distinct().Count().ShouldBe(32);
        rows.ShouldAllBe(row => row >= 0 && row < 40);
        again.ShouldBe(rows);
        other.ShouldNotBe(rows);
    }
}
