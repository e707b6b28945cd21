using Cluster.Coordinator.Results;

namespace Cluster.Coordinator.Views;

/// <summary>The result of a search.</summary>
/// <param name="Selection">The plan and why.</param>
/// <param name="Candidate">The candidate, or null if FP32 itself wins.</param>
public sealed record WinnerView(WinnerSelected Selection, CandidateView? Candidate)
{
    /// <summary>What the test set says of it; null without one.</summary>
    public ResultTest? Test { get; init; }

    /// <summary>What the evaluation images show about its loss; null if it is FP32.</summary>
    public DropEvidence? Evidence { get; init; }

    /// <summary>Whether the data are proved to be wrong.</summary>
    public bool IsDataDoubted { get; init; }

    /// <summary>The verdict, as in the job's result.</summary>
    public ResultVerdict Verdict => ResultVerdict.Of(Kind, LossVerdict.Of(Evidence, Test?.Drop), IsDataDoubted);

    /// <summary>What accuracy is measured by.</summary>
    public MetricKind Metric { get; init; }

    /// <summary>How the search ended.</summary>
    public WinnerKind Kind =>
        Selection.KindBy(Candidate?.Evaluations.Select(evaluation => evaluation.Result).OfType<LatencyResult>().LastOrDefault());
}
