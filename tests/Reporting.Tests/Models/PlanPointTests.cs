namespace Cluster.Reporting.Tests.Models;

public sealed class PlanPointTests
{
    [Theory]
    [InlineData(-0.005, 0, "FP32 + 0.50")]
    [InlineData(0.0162, 3, "≥ FP32 − 1.62")]
    public void LevelText_WithoutLabels_IsADifferenceFromFloat32(double drop, int open, string expected)
    {
        var model = SampleOutcome.Model();
        var float32 = Unlabelled(model.Result.Baselines.Fp32, 0, 0);
        var winner = Unlabelled(model.Result.Winner, drop, open);

        Point(winner, PlanRoles.Winner).LevelText.ShouldBe(expected);
        Point(float32, PlanRoles.Float32).LevelText.ShouldBe("FP32");

        PlanPoint Point(ResultPlan plan, PlanRoles role) => new(plan, role, OnFront: true, MetricKind.Top1, float32);
    }

    [Fact]
    public void LevelIntervalText_WithoutLabels_IsOfDifferences()
    {
        var model = SampleOutcome.Model();
        var float32 = Unlabelled(model.Result.Baselines.Fp32, 0, 0);
        var winner = Unlabelled(model.Result.Winner, 0, 0);
        winner = winner with { Accuracy = winner.Accuracy! with { DropCi95 = [-0.005, 0.0162] } };

        new PlanPoint(winner, PlanRoles.Winner, OnFront: true, MetricKind.Top1, float32).LevelIntervalText
            .ShouldBe("FP32 − 1.62 to FP32 + 0.50");
    }

    private static ResultPlan Unlabelled(ResultPlan plan, double drop, int open) => plan with
    {
        Accuracy = plan.Accuracy! with { Correct = null, Top1 = null, Ci95 = null, Drop = drop, Unlabelled = open },
    };
}
