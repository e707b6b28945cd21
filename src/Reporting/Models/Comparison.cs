namespace Cluster.Reporting.Models;

/// <summary>The rows of every table of a result: the baselines and the selected plan, in this order, if measured.</summary>
/// <param name="Name">The row's name.</param>
/// <param name="Detail">The plan's calibrators, and whether it is the same as a row above.</param>
/// <param name="Point">The measurements.</param>
public sealed record Comparison(string Name, string Detail, PlanPoint Point)
{
    /// <summary>The rows of a result.</summary>
    public static IReadOnlyList<Comparison> Rows(ReportModel model)
    {
        var points = model.Points;
        var kind = model.Kind;
        return new (PlanRoles Role, string Name)[]
            {
                (PlanRoles.Float32, PlanNames.Float32),
                (PlanRoles.Int8, PlanNames.Int8),
                (PlanRoles.Int8Best, PlanNames.Int8Best),
                (PlanRoles.Winner, PlanNames.Selected(kind)),
            }
            .Select(row => (row.Role, row.Name, Point: points.FirstOrDefault(point => point.Roles.HasFlag(row.Role))))
            .Where(row => row.Point is not null)
            .Select(row => new Comparison(row.Name, Describe(row.Role, kind, row.Point!), row.Point!))
            .ToArray();
    }

    private static string Describe(PlanRoles row, WinnerKind kind, PlanPoint point)
    {
        if (point.Plan.IsBaseline)
        {
            return row != PlanRoles.Winner ? "the FP32 network"
                : $"the FP32 network: {(kind == WinnerKind.Unclear ? "unclear whether anything is" : "nothing accurate enough is")} faster";
        }

        var quantized = point.Plan.Groups.Where(decision => !decision.Format.IsBaseline).ToArray();
        var calibrators = string.Join(", ", quantized.Select(decision => decision.Calibrator).Distinct(StringComparer.Ordinal));
        var corrected = quantized.Count(decision => decision.BiasCorrection);
        var correction = corrected == 0
            ? "no bias correction"
            : corrected == quantized.Length ? "bias correction" : $"bias correction in {corrected} groups";
        var learned = quantized.Select(decision => decision.RoundingMethod).Where(method => method != GroupDecision.Nearest).ToArray();
        var some = learned.Length == quantized.Length ? string.Empty : $" in {learned.Length} groups";
        return $"{FormatShares.Titled(point.Plan)}, {calibrators}, {correction}"
            + (learned.Length == 0 ? string.Empty : $", learned by {string.Join(", ", learned.Distinct(StringComparer.Ordinal))}{some}");
    }
}
