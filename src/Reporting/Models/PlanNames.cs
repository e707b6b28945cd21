namespace Cluster.Reporting.Models;

/// <summary>The names of plans, the same in every output.</summary>
public static class PlanNames
{
    /// <summary>The unquantized network.</summary>
    public const string Float32 = "FP32";

    /// <summary>Every group in INT8 with min-max ranges and no correction.</summary>
    public const string Int8 = "All INT8, min-max";

    /// <summary>Every group in INT8 with the best calibrator and bias correction.</summary>
    public const string Int8Best = "All INT8, best";

    /// <summary>The name of the selected plan: only a plan that meets its bounds, and is known to be faster, is called a winner.</summary>
    public static string Selected(WinnerKind kind) => kind switch
    {
        WinnerKind.NothingFeasible => "Nearest",
        WinnerKind.Unclear => "Undecided",
        WinnerKind.NothingFaster => "Kept",
        _ => "Winner",
    };

    /// <summary>A point's name by its most important role, or by how many of its groups are in 8 bits.</summary>
    public static string Of(PlanPoint point, WinnerKind kind)
    {
        var roles = point.Roles;
        return roles switch
        {
            _ when roles.HasFlag(PlanRoles.Winner) && roles.HasFlag(PlanRoles.Float32) => $"{Selected(kind)} = {Float32}",
            _ when roles.HasFlag(PlanRoles.Winner) && roles.HasFlag(PlanRoles.Int8Best) => $"{Selected(kind)} = {Int8Best}",
            _ when roles.HasFlag(PlanRoles.Winner) && roles.HasFlag(PlanRoles.Int8) => $"{Selected(kind)} = {Int8}",
            _ when roles.HasFlag(PlanRoles.Winner) => Selected(kind),
            _ when roles.HasFlag(PlanRoles.Float32) => Float32,
            _ when roles.HasFlag(PlanRoles.Int8Best) && roles.HasFlag(PlanRoles.Int8) => "All INT8",
            _ when roles.HasFlag(PlanRoles.Int8Best) => Int8Best,
            _ when roles.HasFlag(PlanRoles.Int8) => Int8,
            _ => FormatShares.Titled(point.Plan),
        };
    }
}
