namespace Cluster.Coordinator.Work;

/// <summary>The result of a fine-tuning. A file that is not better than the winner is neither timed nor tested.</summary>
public sealed record FineTuneResult : LearnedResult
{
    /// <summary>The chosen epoch; 0 is the winner before training.</summary>
    public int BestEpoch { get; init; }

    /// <summary>Training images, each used once per epoch.</summary>
    public int Images { get; init; }
}
