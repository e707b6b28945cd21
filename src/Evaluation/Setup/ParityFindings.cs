namespace Cluster.Evaluation.Setup;

/// <summary>Converts the gate's report for journals, results and reports.</summary>
internal static class ParityFindings
{
    public static ParityFinding Of(ParityReport report)
    {
        var worst = report.Tensors.MinBy(tensor => tensor.ExactShare);
        var differs = worst is { Different: > 0 } ? worst : null;
        return new ParityFinding(report.Passed, report.Images, report.Tensors.Count)
        {
            MaxCodeDifference = worst is null ? null : report.Tensors.Max(tensor => tensor.LargestStep),
            ExactShare = worst?.ExactShare,
            WorstTensor = differs?.Tensor,
            WorstGroup = differs?.Group,
            Divergence = Finite(report.Outputs?.Divergence),
            PlanDivergence = Finite(report.Outputs?.PlanDivergence),
            AllowedDivergence = Finite(report.Outputs?.Allowed),
            Top1Agreement = (double?)report.Outputs?.Agree / report.Images,
            Lost = report.Outputs?.Lost,
            Gained = report.Outputs?.Gained,
        };
    }

    private static double? Finite(double? value) => value is { } number && double.IsFinite(number) ? number : null;
}
