namespace Cluster.Coordinator.Model.Options;

/// <summary>The results that a job takes over from one which chose alike: each has a context of <see cref="JobSpec"/>.</summary>
[Flags]
public enum JobResults
{
    /// <summary>
    /// No context: it is in the digest of the model or of the data, or in the item of work beside its context, or it says which work there
    /// is and what becomes of it, not what it finds.
    /// </summary>
    None = 0,

    /// <summary><see cref="JobSpec.AccuracyContext"/>.</summary>
    Accuracy = 1,

    /// <summary><see cref="JobSpec.LatencyContext"/>.</summary>
    Latency = 2,

    /// <summary><see cref="JobSpec.TestContext"/>.</summary>
    Test = 4,

    /// <summary><see cref="JobSpec.ReconstructionContext"/>.</summary>
    Reconstruction = 8,

    /// <summary><see cref="JobSpec.RepairContext"/>.</summary>
    Repair = 16,

    /// <summary><see cref="JobSpec.FineTuneContext"/>.</summary>
    FineTune = 32,

    /// <summary>Every one, as it changes the network itself: <see cref="JobSpec.Network"/>.</summary>
    Network = 64,

    /// <summary>Those that the metric judges.</summary>
    Judged = Accuracy | Test | Reconstruction | FineTune,

    /// <summary>Those with times.</summary>
    Timed = Latency | Reconstruction | FineTune,

    /// <summary>Every one.</summary>
    All = Judged | Timed | Repair,
}
