namespace Cluster.Reporting.Models;

/// <summary>What a plan is in the result; one plan can be several.</summary>
[Flags]
public enum PlanRoles
{
    /// <summary>A candidate among others.</summary>
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
