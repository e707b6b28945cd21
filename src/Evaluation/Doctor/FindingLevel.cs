namespace Cluster.Evaluation.Doctor;

/// <summary>How bad a finding is.</summary>
public enum FindingLevel
{
    /// <summary>In order.</summary>
    Ok,

    /// <summary>Works, but slower, less exactly, or with less test data.</summary>
    Warn,

    /// <summary>A job cannot run.</summary>
    Fail,
}
