namespace Cluster.Coordinator.Model.Options;

/// <summary>Whether and how roundings are learned before the exploration, so that plans may use them group by group.</summary>
public enum RepairMethod
{
    /// <summary>Weights of every candidate are rounded to nearest.</summary>
    Never,

    /// <summary>AdaRound, layer by layer.</summary>
    AdaRound,
}
