namespace Cluster.Coordinator.Work;

/// <summary>The result of learning a plan's numbers, measured on the file with them: it may replace the winner.</summary>
public abstract record LearnedResult : WorkResult
{
    /// <summary>The plan with the learned numbers: the same precision of every group.</summary>
    public required Plan Plan { get; init; }

    /// <summary>SHA-256 of the learned parameters, which together with the plan make the file.</summary>
    public required string Learned { get; init; }

    /// <summary>Accuracy of the file on the whole evaluation set.</summary>
    public required AccuracyResult Accuracy { get; init; }

    /// <summary>Why the parity gate refused the file, or null if it did not.</summary>
    public string? ParityFailure { get; init; }

    /// <summary>As <see cref="ParityFinding.WorstChannel"/>.</summary>
    public OutputChannel? WorstChannel { get; init; }

    /// <summary>Latency of the file interleaved with FP32; null where the file is not worth timing.</summary>
    public LatencyResult? Latency { get; init; }

    /// <summary>Accuracy of the file on the test set; null if there is none, or the file is not worth it.</summary>
    public TestResult? Test { get; init; }

    /// <summary>Wall time of the last attempt.</summary>
    public double Seconds { get; init; }
}
