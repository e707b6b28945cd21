namespace Cluster.Reporting.Models;

/// <summary>What a set of images is used for.</summary>
public enum DataRole
{
    /// <summary>Ranges and bias corrections are estimated on it; labels are not read.</summary>
    Calibration,

    /// <summary>The search looks at its accuracy.</summary>
    Evaluation,

    /// <summary>Looked at once, for the winner.</summary>
    Test,

    /// <summary>The winner is fine-tuned on it.</summary>
    Training,
}
