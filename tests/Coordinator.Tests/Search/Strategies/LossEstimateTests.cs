using Cluster.Coordinator.Search.Strategies.Knapsack;

namespace Cluster.Coordinator.Tests.Search.Strategies;

public sealed class LossEstimateTests
{
    [Fact]
    public void Observe_OneGroupByHand_WeighsTheScoreAndTheMeasurementByTheirVariances()
    {
        // A score of 1: its own error is 0.3 + 0.02, the shared one 0.5, so its variance is 0.1024 + 0.25. A KL of 2: 0.2² of noise.
        var estimate = new LossEstimate([[0, 1]]);

        estimate.Variance([1]).ShouldBe(0.3524, 1e-12);

        estimate.Observe([1], 2);

        estimate.Variance([1]).ShouldBe(0.3524 * 0.04 / (0.3524 + 0.04), 1e-12);
        estimate.Variance([0]).ShouldBe(0);
        estimate.Of(0, 1).ShouldBe(1 + (0.3524 / (0.3524 + 0.04)), 1e-12);
        estimate.Of(0, 0).ShouldBe(0);
    }

    [Fact]
    public void Observe_AllGroupsLoseTwiceTheirScores_RaisesThemAllAlike()
    {
        var estimate = new LossEstimate([[0, 1, 8], [0, 2, 16], [0, 1, 8]]);

        estimate.Observe([1, 1, 1], 8);

        (estimate.Of(0, 1) + estimate.Of(1, 1) + estimate.Of(2, 1)).ShouldBeInRange(6.5, 8);
        estimate.Of(0, 1).ShouldBe(estimate.Of(2, 1), 1e-12);

        // The error that all share reaches the other format, too.
        estimate.Of(0, 2).ShouldBeGreaterThan(9);
    }

    [Fact]
    public void Observe_PlansThatDifferInOneGroup_FindThatGroup()
    {
        var estimate = new LossEstimate([[0, 1], [0, 1], [0, 1], [0, 1]]);

        estimate.Observe([1, 1, 1, 1], 7);
        estimate.Observe([0, 1, 1, 1], 3);

        estimate.Of(0, 1).ShouldBeGreaterThan(1.3 * estimate.Of(1, 1));
    }

    [Fact]
    public void Observe_LessThanNothingLeft_GivesNoNegativeLoss()
    {
        var estimate = new LossEstimate([[0, 1], [0, 1]]);

        estimate.Observe([1, 0], 1e-9);

        estimate.Of(0, 1).ShouldBeGreaterThanOrEqualTo(0);
        estimate.Of(1, 1).ShouldBeGreaterThanOrEqualTo(0);
    }
}
