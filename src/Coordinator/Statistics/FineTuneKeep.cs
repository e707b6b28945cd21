namespace Cluster.Coordinator.Statistics;

/// <summary>What it takes for a trained plan to be kept.</summary>
public enum FineTuneKeep
{
    /// <summary>The 95 % interval of the gain lies above zero.</summary>
    Significant,

    /// <summary>More images right than before, be it by chance.</summary>
    Best,
}
