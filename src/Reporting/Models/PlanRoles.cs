namespace Cluster.Reporting.Models;

/// <summary>A plan's roles in the result; one plan can have several.</summary>
[Flags]
public enum PlanRoles
{
    /// <summary>An ordinary candidate.</summary>
    None = 0,

    /// <summary>The unquantized network.</summary>
    Float32 = 1,

    /// <summary>All groups in 8 bits, min-max ranges, no correction.</summary>
    Int8 = 2,

    /// <summary>All groups in 8 bits with the best calibrator and bias correction.</summary>
    Int8Best = 4,

    /// <summary>The winner.</summary>
    Winner = 8,
}
