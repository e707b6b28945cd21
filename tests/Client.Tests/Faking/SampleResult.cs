using Cluster.Coordinator.Model;
using Cluster.Coordinator.Results;
using Cluster.Coordinator.Search.Facts;
using Cluster.Coordinator.Search.Judgements;
using GroupFormat = Cluster.Plans.GroupFormat;
using Plan = Cluster.Plans.Plan;

namespace Cluster.Client.Tests.Faking;

/// <summary>The published result of <see cref="Samples.Job"/>.</summary>
internal static class SampleResult
{
    private static readonly ResultPlan Measured = new(
        Plan.Baseline("onnxruntime-cpu", ["conv1", "fc"]), "d", Accuracy: null, Latency: null, SizeBytes: null, Bops: null, Artefact: null);

    public static ResultDocument Document { get; } = new()
    {
        Job = new ResultJob(
            "a",
            0,
            "onnxruntime-cpu",
            ["mse"],
            0.005,
            Confidence: null,
            BudgetEvaluations: null,
            new ResultDigests("m", "c", "e", Test: null),
            new EvaluatorVersions("1", "1", "1")),
        Model = new ResultModel("net.onnx", "m", 1, 2, 1, 1),
        Baselines = new ResultBaselines(Measured, Int8: null, Int8Best: null),
        Winner = Measured,
        Decision = new ResultDecision(Coordinator.Journal.WinnerKind.Faster, Feasible: true, "The fastest of 12 plans."),
        Verdict = new ResultVerdict(Coordinator.Results.VerdictKind.Accepted),
        Front = [],
        Evaluations = new EvaluationCounts(12, 0, 9600),
        Sensitivity = [],
        Groups =
        [
            new GroupVerdict("conv1", GroupFormat.Int8, null, null, null, VerdictCode.QuantizedFaster, "saves 3 ms"),
            new GroupVerdict("fc", GroupFormat.Baseline, null, null, null, VerdictCode.Float32ForAccuracy, "costs accuracy"),
        ],
        Predictions = [],
        Timings = new ResultTimings(1, new Dictionary<string, double>()),
    };
}
