namespace Cluster.Reporting.Models;

/// <summary>The answer in plain lines, the same in terminal and report: what one gets, what it costs, what to do next.</summary>
public static class PlainLines
{
    /// <summary>The lines; without a cost where FP32 stays or nothing may be deployed.</summary>
    public static IReadOnlyList<(string What, string Text)> Of(ReportModel model)
    {
        var outcome = model.Outcome;
        var winner = model.Points.First(point => point.Roles.HasFlag(PlanRoles.Winner));
        var isQuantized = outcome.Selection.Feasible && !winner.Plan.IsBaseline;
        (string, string)[] cost = isQuantized ? [("It costs", Cost(model))] : [];
        (string, string)[] test = Verdict.Test(model) is { } tested && !winner.Plan.IsBaseline ? [("On the test set", tested)] : [];
        (string, string) gain = outcome.Kind == WinnerKind.Unclear
            ? ("Unclear", $"the machine was busy. {outcome.Selection.Reason}")
            : ("You get", Gain(model, winner, isQuantized));
        (string, string)[] given = outcome.Given is { } timed ? [("Your file", Given(model, timed))] : [];
        return [gain, .. cost, .. Channel(outcome), .. Rule(outcome), .. test, .. given, ("Next", model.NextCommand)];
    }

    private static string Gain(ReportModel model, PlanPoint winner, bool isQuantized) =>
        isQuantized ? $"{File(model)}, {FormatShares.Titled(winner.Plan)}, {Speed(model, winner)}{Size(model, winner)}"
            + (model.Outcome.Stopped is { } stopped ? $"; the best until the job was stopped, as {stopped}" : string.Empty)
        : model.Outcome.Selection.Feasible ? $"FP32 as it is. {model.Outcome.Selection.Reason}"
        : $"nothing to deploy. {model.Outcome.Selection.Reason}";

    private static string Cost(ReportModel model)
    {
        var refused = model.Outcome.Refused.Count;
        return (model.Outcome.Evidence?.Words ?? "an unknown loss")
            + (refused == 0 ? string.Empty : $"; the parity gate refused {(refused == 1 ? "a plan" : $"{refused} plans")} before it");
    }

    // A figure over all outputs hides it; shares of right answers do not depend on one channel, unless it is lost.
    private static IEnumerable<(string, string)> Channel(JobOutcome outcome) => outcome.WorstChannel is { } worst
        && (worst.IsWeak || outcome.Spec.Options.Measure is MetricKind.OutputSqnr or MetricKind.OutputKl)
            ? [("Weakest channel", worst.Words)]
            : [];

    private static IEnumerable<(string, string)> Rule(JobOutcome outcome) => outcome.Evidence?.WrongAcceptance is { } wrong
        ? [("How sure", "on random halves of these answers the rule accepts a plan that loses more than the bound in "
            + $"{100 * wrong:0.#} % of the cases")]
        : [];

    private static string Given(ReportModel model, GivenTiming timed) =>
        $"takes {Figures.Milliseconds(timed.MedianMs)} ms in FP32 (batch {timed.Batch}) where the same network, written anew with its "
        + $"constants folded, takes {Figures.Milliseconds(timed.Float32MedianMs)} ms, "
        + $"{Figures.Ratio(timed.MedianMs / timed.Float32MedianMs)}× as fast: that is the FP32 of this result"
        + (model.Float32File is { } file ? $", {file}" : string.Empty);

    private static string File(ReportModel model) =>
        model.Files.FirstOrDefault(file => file.Path.EndsWith(".onnx", StringComparison.Ordinal))?.Path ?? "the winner";

    private static string Speed(ReportModel model, PlanPoint winner) => winner.SpeedUp is null ? "not timed"
        : $"{Figures.Ratio(winner.SpeedUp)}× as fast as FP32{model.Outcome.Fleet?.Where(winner.Plan)}"
            + (winner.SpeedUpInterval is { } interval ? $" ({Figures.Ratio(interval.Low)}–{Figures.Ratio(interval.High)})" : string.Empty);

    private static string Size(ReportModel model, PlanPoint winner) => winner.Accuracy is { } accuracy
        ? $", {Figures.Bytes(accuracy.SizeBytes)} instead of {Figures.Bytes(model.Outcome.Float32.Accuracy?.SizeBytes)}"
        : string.Empty;
}
