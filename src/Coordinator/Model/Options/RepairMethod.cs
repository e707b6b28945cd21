namespace Cluster.Coordinator.Model.Options;

/// <summary>Whether roundings are learned before the exploration, so that plans may have them group by group, and how.</summary>
public enum RepairMethod
{
    /// <summary>Weights of every candidate are rounded to nearest.</summary>
    Never,

    /// <summary>AdaRound, layer by layer.</summary>
    AdaRound,
}
