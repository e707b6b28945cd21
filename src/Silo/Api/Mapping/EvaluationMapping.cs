using Cluster.Coordinator.Statistics;
using V1 = Cluster.Contract.V1;

namespace Cluster.Silo.Api.Mapping;

/// <summary>Maps measurements and failures to the contract.</summary>
internal static class EvaluationMapping
{
    public static V1.Evaluation ToContract(this EvaluationView evaluation)
    {
        var mapped = new V1.Evaluation
        {
            Source = SameNames.Of<V1.EvaluationSource>(evaluation.Source),
            Attempts = evaluation.Attempts,
            Kind = evaluation.Kind ?? string.Empty,
        };
        switch (evaluation.Result)
        {
            case AccuracyResult accuracy:
                mapped.Accuracy = accuracy.ToContract(evaluation.Drop);
                mapped.Artefact = ArtefactMapping.Artefact(accuracy.ArtefactSha256, accuracy.SizeBytes);
                break;
            case LatencyResult latency:
                mapped.Latency = latency.ToContract();
                break;
        }

        return mapped;
    }

    public static V1.Failure ToContract(this FailedResult failure, int attempts) => new()
    {
        Kind = SameNames.Of<V1.FailureKind>(failure.Kind),
        Message = failure.Reason,
        Attempts = attempts,
    };

    public static V1.Latency ToContract(this LatencyResult result) => new()
    {
        MedianMs = result.MedianMs,
        IqrMs = result.IqrMs,
        Count = result.Count,
        Float32MedianMs = result.Float32MedianMs,
        Float32IqrMs = result.Float32IqrMs,
        Runtime = result.Runtime,
        Device = result.Device,
        Batch = result.Batch,
        Threads = result.Threads,
    };

    public static V1.Accuracy ToContract(this AccuracyResult result, double? drop)
    {
        var mapped = new V1.Accuracy
        {
            Correct = result.Correct,
            Total = result.Total,
            Kl = result.Kl,
            Agree = result.Agree,
            BitOperations = result.Bops,
            Seconds = result.Seconds,
            Metric = SameNames.Of<V1.MetricKind>(result.Metric.GetValueOrDefault()),
            Unlabelled = result.Answers is not null,
        };
        if (result.Losses is { } losses)
        {
            var interval = PairedLosses.Of([.. SampleLosses.Values(losses)]).DropInterval(0.95);
            (mapped.Loss, mapped.LossLow, mapped.LossHigh) = (result.Level, Math.Max(0, interval.Low), interval.High);
        }

        if (drop is { } known)
        {
            mapped.Drop = known;
        }

        return mapped;
    }
}

/// <summary>Maps files to the contract.</summary>
internal static class ArtefactMapping
{
    public static V1.Artefact ToContract(this ArtefactPublished artefact) => Artefact(artefact.Sha256, artefact.SizeBytes, artefact.Name);

    public static V1.Artefact Artefact(string sha256, long sizeBytes, string role = "") => new()
    {
        Name = Names.Artefact(sha256),
        Sha256 = sha256,
        SizeBytes = sizeBytes,
        Role = role,
    };
}
