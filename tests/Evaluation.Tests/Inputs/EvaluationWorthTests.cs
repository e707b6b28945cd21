using Cluster.Evaluation.Inputs;

namespace Cluster.Evaluation.Tests.Inputs;

/// <summary>An FP32 network is worthless where no loss can be seen, in the terms of each metric.</summary>
public sealed class EvaluationWorthTests
{
    [Theory]
    [InlineData(MetricKind.Top1, 0.0, null, "top-1 is 0 % on 50 samples, where guessing among 10 classes gets 10 %")]
    [InlineData(MetricKind.Top1, 0.1, null, "top-1 is 10 %")]
    [InlineData(MetricKind.Top5, 0.5, null, "top-5 is 50 % on 50 samples, where guessing among 10 classes gets 50 %")]
    [InlineData(MetricKind.Top1, 0.3, 0.3, "top-1 is 30 % on 50 samples, which lies within the accepted drop of 30")]
    [InlineData(MetricKind.Map50, 1.0, null, "mAP50 is 0.00 %")]
    [InlineData(MetricKind.Map50To95, 0.995, null, "mAP50-95 is 0.50 %")]
    [InlineData(MetricKind.Map50, 0.8, 0.25, "mAP50 is 20.00 % on 50 samples, which lies within the accepted drop of 25")]
    [InlineData(MetricKind.Score, 0.0, null, "score is 0 on")]
    [InlineData(MetricKind.Score, -0.0078, 0.01, "score is 0.0078 on 50 samples, which lies within the accepted drop of 0.01")]
    public void Worthless_LevelThatCannotFall_SaysWhy(MetricKind metric, double level, double? bound, string expected) =>
        EvaluationSanity.Worthless(metric, level, 50, bound, classes: 10, spread: null).ShouldNotBeNull().ShouldContain(expected);

    [Theory]
    [InlineData(MetricKind.Top1, 0.12, 0.005)]
    [InlineData(MetricKind.Top1, 0.9, 0.5)]
    [InlineData(MetricKind.Map50, 0.6, 0.005)]
    [InlineData(MetricKind.Score, -0.5, 0.01)]
    [InlineData(MetricKind.Score, 3, 0.01)] // a score below 0, such as a negated error
    [InlineData(MetricKind.Loss, 0.0, 0.01)]
    [InlineData(MetricKind.OutputKl, 0.0, 0.05)]
    [InlineData(MetricKind.OutputSqnr, 0.0, 0.01)]
    public void Worthless_LevelThatCanFall_IsNone(MetricKind metric, double level, double? bound) =>
        EvaluationSanity.Worthless(metric, level, 50, bound, classes: 10, spread: null).ShouldBeNull();

    [Theory]
    [InlineData(1.0, 0.99, false)] // a mean squared error of half of that
    [InlineData(0.5, 0.5, true)]
    [InlineData(0.5, 0.0, false)] // targets that are all alike
    [InlineData(4.0, 1.0, true)]
    public void Worthless_Rmse_IsHeldAgainstTheTargetsMean(double squared, double spread, bool worthless)
    {
        string? said = EvaluationSanity.Worthless(MetricKind.Rmse, worthless ? squared : squared / 2, 50, 0.1, 10, spread);

        (said is not null).ShouldBe(worthless);
        (said ?? "targets' mean").ShouldContain("targets' mean");
    }
}
