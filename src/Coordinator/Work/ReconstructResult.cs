using Cluster.Coordinator.Plans;

namespace Cluster.Coordinator.Work;

/// <summary>What learning the roundings of a plan came to, measured on the file with them.</summary>
public sealed record ReconstructResult : WorkResult
{
    /// <summary>The plan with what was learned: the same precision of every group.</summary>
    public required Plan Plan { get; init; }

    /// <summary>SHA-256 of the learned parameters, which together with the plan make the file.</summary>
    public required string Learned { get; init; }

    /// <summary>Accuracy of the file on the whole evaluation set.</summary>
    public required AccuracyResult Accuracy { get; init; }

    /// <summary>Why the parity gate refused the file, or null where it did not.</summary>
    public string? ParityFailure { get; init; }

    /// <summary>Latency of the file interleaved with FP32; null where it is neither accurate enough nor better than the plan without, and so was not timed.</summary>
    public LatencyResult? Latency { get; init; }

    /// <summary>Accuracy of the file on the test set, where there is one; null where it was not timed or is not faster than FP32.</summary>
    public TestResult? Test { get; init; }

    /// <summary>The blocks in the order of execution.</summary>
    public required IReadOnlyList<ReconstructedBlock> Blocks { get; init; }

    /// <summary>Files that were evaluated to decide which blocks stay; 1 where all of them did.</summary>
    public int Evaluations { get; init; }

    /// <summary>Wall time of the last try.</summary>
    public double Seconds { get; init; }
}
