namespace Cluster.Coordinator.Model.Options;

/// <summary>Where the scores of groups and formats come from, by which a search orders what it tries.</summary>
public enum ScoreSource
{
    /// <summary>Each group runs alone in each format, on to the outputs: their divergence from FP32 is measured.</summary>
    Sweep,

    /// <summary>One gradient an image estimates that divergence for all groups and formats, to second order.</summary>
    Fisher,
}
