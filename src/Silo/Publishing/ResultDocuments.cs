using Cluster.Coordinator;
using Cluster.Coordinator.Search;
using Cluster.Coordinator.Statistics;
using Cluster.Coordinator.Work;
using Cluster.Silo.Jobs;
using Cluster.Silo.Reports;

namespace Cluster.Silo.Publishing;

/// <summary>Puts an outcome into the words of cluster.result/v1.</summary>
internal static class ResultDocuments
{
    public static ResultDocument Of(LocalJob job, JobOutcome outcome, ReportParity? parity)
    {
        var spec = outcome.Spec;
        return new ResultDocument
        {
            Job = new ResultJob(spec.JobId, spec.Seed, spec.Data, spec.MaxDrop, spec.Confidence, spec.Target, spec.Methods, spec.Versions),
            Model = new ResultModel(job.Request.Model, job.Network.Digest, job.Network.Bytes.LongLength, outcome.Space.Groups.Count),
            Baselines = new ResultBaselines(Plan(outcome.Float32), outcome.Int8 is { } int8 ? Plan(int8) : null, outcome.Int8Best is { } best ? Plan(best) : null),
            Winner = Winner(job, outcome),
            Front = [.. outcome.Front.Select(Plan)],
            Evaluations = new ResultEvaluations(outcome.Evaluations.Full, outcome.Evaluations.Subset, outcome.Evaluations.Images),
            Sensitivity = [.. (outcome.Sensitivity?.Groups ?? []).Select(group => new ResultSensitivity(group.Group, group.Kl, group.SqnrDb, group.Correct, group.Total))],
            Parity = parity is null
                ? null
                : new ResultParity(parity.Images, parity.TopOneAgree, parity.QuantizeNodes, parity.Tensors, parity.WorstExactShare, parity.LargestStep, parity.Failure is null),
            Timings = job.Timings.ToDictionary(stage => stage.Stage, stage => stage.Duration.TotalSeconds, StringComparer.Ordinal),
        };
    }

    private static ResultPlan Plan(PlanMeasurement plan) => new(
        plan.Plan, plan.Plan.Digest, Accuracy(plan.Accuracy), Latency(plan.Latency), plan.Accuracy?.SizeBytes, plan.Accuracy?.Bops,
        plan.Accuracy is { } accuracy ? new ResultArtefact(null, accuracy.ArtefactSha256) : null);

    private static ResultWinner Winner(LocalJob job, JobOutcome outcome)
    {
        var winner = outcome.Winner;
        string kind = outcome.Selection.Kind.ToString();
        return new ResultWinner(
            outcome.Selection.Feasible,
            char.ToLowerInvariant(kind[0]) + kind[1..],
            outcome.Selection.Reason,
            winner.Plan,
            winner.Plan.Digest,
            Accuracy(winner.Accuracy),
            Latency(winner.Latency),
            winner.Accuracy?.SizeBytes,
            winner.Accuracy?.Bops,
            new ResultArtefact(Path.GetFileName(job.Folder.WinnerModel), winner.Accuracy?.ArtefactSha256 ?? ""),
            outcome.Test is { } test ? new ResultTest(test.Correct, test.Float32Correct, test.Total, (double)test.Correct / test.Total, Interval(test.Correct, test.Total)) : null);
    }

    private static ResultAccuracy? Accuracy(AccuracyResult? result) => result is null
        ? null
        : new ResultAccuracy(result.Correct, result.Total, (double)result.Correct / result.Total, Interval(result.Correct, result.Total), result.Kl, result.Agree);

    private static ResultLatency? Latency(LatencyResult? result) => result is null
        ? null
        : new ResultLatency(result.MedianMs, result.IqrMs, result.Count, result.Runtime, result.Device, result.Batch, result.Threads, result.Float32MedianMs);

    private static double[] Interval(int correct, int total)
    {
        var interval = WilsonInterval.Of(correct, total);
        return [interval.Low, interval.High];
    }
}
