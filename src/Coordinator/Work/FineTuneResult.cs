namespace Cluster.Coordinator.Work;

/// <summary>What a fine-tuning came to. A file that is not better than the winner is neither timed nor tested.</summary>
public sealed record FineTuneResult : LearnedResult
{
    /// <summary>Epoch that was taken, of those trained; 0 is the winner as it came.</summary>
    public int BestEpoch { get; init; }

    /// <summary>Images trained on, each once an epoch.</summary>
    public int Images { get; init; }
}
