using System.Text.Json;
using Cluster.Coordinator.Json;
using Cluster.Coordinator.Model;

namespace Cluster.Silo.Publishing;

/// <summary>result.json, schema cluster.result/v1 (docs/schemas/result.schema.json). Fractions are 0..1, times milliseconds or seconds as named, sizes bytes.</summary>
internal sealed record ResultDocument
{
    public string Schema { get; init; } = "cluster.result/v1";

    public required ResultJob Job { get; init; }

    public required ResultModel Model { get; init; }

    public required ResultBaselines Baselines { get; init; }

    public required ResultWinner Winner { get; init; }

    /// <summary>Measured plans that no other one beats in both accuracy and milliseconds, fastest first.</summary>
    public required IReadOnlyList<ResultPlan> Front { get; init; }

    public required ResultEvaluations Evaluations { get; init; }

    /// <summary>One a group: what INT8 in this group alone does.</summary>
    public required IReadOnlyList<ResultSensitivity> Sensitivity { get; init; }

    /// <summary>Null where the winner is the FP32 network.</summary>
    public ResultParity? Parity { get; init; }

    /// <summary>Wall seconds of each stage of the run that finished the job.</summary>
    public required IReadOnlyDictionary<string, double> Timings { get; init; }

    public string Format() => JsonSerializer.Serialize(this, CoordinatorJson.Indented) + "\n";
}

internal sealed record ResultJob(string Id, long Seed, DataDigests Digests, double MaxDrop, double? Confidence, string Target, IReadOnlyList<string> Methods, EvaluatorVersions Versions);

internal sealed record ResultModel(string Path, string Sha256, long SizeBytes, int Groups);

internal sealed record ResultBaselines(ResultPlan Fp32, ResultPlan? Int8, ResultPlan? Int8Best);

internal sealed record ResultPlan(
    Coordinator.Plans.Plan Plan, string PlanDigest, ResultAccuracy? Accuracy, ResultLatency? Latency, long? SizeBytes, long? Bops, ResultArtefact? Artefact);

/// <param name="Feasible">Whether the accuracy bound holds.</param>
/// <param name="Kind">"faster", "nothingFaster" or "nothingFeasible".</param>
/// <param name="Test">Accuracy on the test set, where one was given.</param>
internal sealed record ResultWinner(
    bool Feasible, string Kind, string Reason, Coordinator.Plans.Plan Plan, string PlanDigest, ResultAccuracy? Accuracy, ResultLatency? Latency, long? SizeBytes, long? Bops,
    ResultArtefact Artefact, ResultTest? Test);

/// <param name="Ci95">Wilson interval of top-1.</param>
/// <param name="Kl">Mean KL(FP32 || plan) of the softmax, nats.</param>
internal sealed record ResultAccuracy(int Correct, int Total, double Top1, IReadOnlyList<double> Ci95, double Kl, int Agree);

/// <param name="Float32MedianMs">FP32, interleaved with this measurement: compare with this one.</param>
internal sealed record ResultLatency(double MedianMs, double IqrMs, int N, string Runtime, string Device, int Batch, int Threads, double Float32MedianMs);

internal sealed record ResultArtefact(string? Path, string Sha256);

internal sealed record ResultTest(int Correct, int Float32Correct, int Total, double Top1, IReadOnlyList<double> Ci95);

internal sealed record ResultEvaluations(int Full, int Subset, long Images);

internal sealed record ResultSensitivity(string Group, double Kl, double? SqnrDb, int Correct, int Total);

internal sealed record ResultParity(int Images, int TopOneAgree, int QuantizeNodes, int Tensors, double WorstExactShare, int LargestStep, bool Passed);
