namespace Cluster.Coordinator.Model.Options;

/// <summary>How a search ends, once it knows which plans are accurate and fast (ADR 22).</summary>
public enum EndingKind
{
    /// <summary>
    /// What may win is timed once more, all of it together with FP32, and the fastest must pass the parity gate before it wins: a plan that
    /// is refused goes back without the groups that differ, then the next one follows.
    /// </summary>
    Verified,

    /// <summary>
    /// By the first timing of each plan, and the gate is met when files are made: the ending of jobs that are older than the choice.
    /// </summary>
    Selected,
}
