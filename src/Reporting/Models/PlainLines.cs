using Cluster.Coordinator.Journal;
using Cluster.Coordinator.Model.Options;
using Cluster.Plans;
using Cluster.Terminal;

namespace Cluster.Reporting.Models;

/// <summary>The answer in three plain lines, the same in terminal and report: what one gets, what it costs, what to do next.</summary>
public static class PlainLines
{
    /// <summary>The lines; without a cost where FP32 stays or nothing may be deployed.</summary>
    public static IReadOnlyList<(string What, string Text)> Of(ReportModel model)
    {
        var winner = model.Points.First(point => point.Roles.HasFlag(PlanRoles.Winner));
        var isQuantized = model.Outcome.Selection.Feasible && !winner.Plan.IsBaseline;
        (string, string)[] cost = isQuantized ? [("It costs", Cost(model, winner))] : [];
        return [("You get", Gain(model, winner, isQuantized)), .. cost, ("Next", model.NextCommand)];
    }

    private static string Gain(ReportModel model, PlanPoint winner, bool isQuantized)
    {
        var selection = model.Outcome.Selection;
        return selection.Kind switch
        {
            WinnerKind.Faster when model.Outcome.IsUnclear => $"unclear, as the machine was busy. {selection.Reason}",
            _ when isQuantized => $"{File(model)}, {FormatShares.Titled(winner.Plan)}, {Speed(model, winner)}{Size(model, winner)}"
                + (model.Outcome.Stopped is { } stopped ? $"; the best until the job was stopped, as {stopped}" : string.Empty),
            WinnerKind.NothingFeasible => $"nothing to deploy. {selection.Reason}",
            _ => $"FP32 as it is. {selection.Reason}",
        };
    }

    private static string Cost(ReportModel model, PlanPoint winner)
    {
        var refused = model.Outcome.Refused.Count;
        return (model.Outcome.Evidence?.Words ?? Accuracy(model, winner))
            + (refused == 0 ? string.Empty : $"; the parity gate refused {(refused == 1 ? "a plan" : $"{refused} plans")} before it");
    }

    // A divergence needs no comparison with FP32: it is one already.
    private static string Accuracy(ReportModel model, PlanPoint winner) =>
        winner.Metric is MetricKind.OutputKl or MetricKind.OutputSqnr ? model.ComparedAccuracy
        : $"{model.Metric} {winner.LevelText} ({model.ComparedAccuracy})";

    private static string File(ReportModel model) =>
        model.Files.FirstOrDefault(file => file.Path.EndsWith(".onnx", StringComparison.Ordinal))?.Path ?? "the winner";

    private static string Speed(ReportModel model, PlanPoint winner) => winner.SpeedUp is null ? "not timed"
        : $"{Figures.Ratio(winner.SpeedUp)}× as fast as FP32{model.Outcome.Fleet?.Where(winner.Plan)}"
            + (winner.SpeedUpInterval is { } interval ? $" ({Figures.Ratio(interval.Low)}–{Figures.Ratio(interval.High)})" : string.Empty);

    private static string Size(ReportModel model, PlanPoint winner) => winner.Accuracy is { } accuracy
        ? $", {Figures.Bytes(accuracy.SizeBytes)} instead of {Figures.Bytes(model.Outcome.Float32.Accuracy?.SizeBytes)}"
        : string.Empty;
}
