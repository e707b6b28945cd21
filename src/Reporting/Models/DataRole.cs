namespace Cluster.Reporting.Models;

/// <summary>The purpose of a set of images.</summary>
public enum DataRole
{
    /// <summary>Ranges and bias corrections are estimated on it; labels are not read.</summary>
    Calibration,

    /// <summary>The search measures accuracy on it.</summary>
    Evaluation,

    /// <summary>Used once, for the winner.</summary>
    Test,

    /// <summary>The winner is fine-tuned on it.</summary>
    Training,
}
