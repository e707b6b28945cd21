using Cluster.Coordinator.Plans;

namespace Cluster.Coordinator.Work;

/// <summary>What a fine-tuning came to, measured on the trained file.</summary>
public sealed record FineTuneResult : WorkResult
{
    /// <summary>The trained plan: the same precision of every group.</summary>
    public required Plan Plan { get; init; }

    /// <summary>SHA-256 of the learned parameters, which together with the plan make the file.</summary>
    public required string Learned { get; init; }

    /// <summary>Accuracy of the trained file on the whole evaluation set.</summary>
    public required AccuracyResult Accuracy { get; init; }

    /// <summary>Why the parity gate refused the trained file, or null where it did not.</summary>
    public string? ParityFailure { get; init; }

    /// <summary>
    /// Latency of the trained file interleaved with FP32; null where it is not better than the winner, and so was not
    /// timed.
    /// </summary>
    public LatencyResult? Latency { get; init; }

    /// <summary>Accuracy of the trained file on the test set, where there is one; null where it is not better than the winner.</summary>
    public TestResult? Test { get; init; }

    /// <summary>Epoch that was taken, of those trained; 0 is the winner as it came.</summary>
    public int BestEpoch { get; init; }

    /// <summary>Images trained on, each once an epoch.</summary>
    public int Images { get; init; }

    /// <summary>Wall time of the last attempt.</summary>
    public double Seconds { get; init; }
}
