namespace Cluster.Coordinator.Model.Options;

/// <summary>What of a profile is corrected by the milliseconds of measured plans.</summary>
public enum LatencyFitKind
{
    /// <summary>Each group in each format and each change of format, and what those of a kind have in common.</summary>
    Parts,

    /// <summary>One factor for all groups in a format and one for all changes of format.</summary>
    Kinds,
}
