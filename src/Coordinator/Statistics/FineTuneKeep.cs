namespace Cluster.Coordinator.Statistics;

/// <summary>The condition for keeping a trained plan.</summary>
public enum FineTuneKeep
{
    /// <summary>The 95 % interval of the gain lies above zero.</summary>
    Significant,

    /// <summary>More images right than before, even if by chance.</summary>
    Best,
}
