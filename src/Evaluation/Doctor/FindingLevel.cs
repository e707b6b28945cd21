namespace Cluster.Evaluation.Doctor;

/// <summary>How bad a finding is.</summary>
public enum FindingLevel
{
    /// <summary>As it should be.</summary>
    Ok,

    /// <summary>Works, but slower, less exactly, or with less to test on.</summary>
    Warn,

    /// <summary>A job cannot run.</summary>
    Fail,
}
