namespace Cluster.Reporting.Models;

/// <summary>The answer in plain lines, the same in terminal and report: what one gets, what it costs, what to do next.</summary>
public static class PlainLines
{
    private const double MuchOfACore = 0.1;

    /// <summary>The lines; without a cost where FP32 stays or nothing may be deployed.</summary>
    public static IReadOnlyList<(string What, string Text)> Of(ReportModel model)
    {
        var (result, decision) = (model.Result, model.Result.Decision);
        var winner = model.Points.First(point => point.Roles.HasFlag(PlanRoles.Winner));
        var isQuantized = decision.Feasible && !winner.Plan.IsBaseline;
        (string, string)[] cost = isQuantized ? [("Accuracy", Cost(model))] : [];
        (string, string)[] test = model.Result.Test is { } tested && !winner.Plan.IsBaseline
            ? [("On the test set", TestWords.Of(model.Options.Measure, tested))]
            : [];
        (string, string) gain = model.Kind == WinnerKind.Unclear
            ? ("Unclear", $"the machine was busy. {decision.Reason}")
            : ("You get", Gain(model, winner, isQuantized));
        (string, string)[] given = result.Baselines.Given is { } timed ? [("Your file", Given(model, timed))] : [];
        (string, string)[] compare = model.CompareCommand is { } command ? [("Beside the earlier result", command)] : [];
        var warnings = (result.Warnings ?? []).Select(warning => ("Warning", warning));
        return
        [
            .. warnings, gain, .. Timed(model, winner), .. cost, .. Input(model, isQuantized), .. Channel(model), .. Samples(model),
            .. test, .. Sureness(result), .. given, .. compare,
            ("Next", model.NextCommand),
        ];
    }

    private static string Gain(ReportModel model, PlanPoint winner, bool isQuantized) =>
        isQuantized ? $"{File(model)}, {FormatShares.Titled(winner.Plan, model.Result.Winner.Artefact?.Layers)}, "
            + $"{Speed(model, winner)}{Size(model, winner)}"
            + (model.Result.Decision.Stopped is { } stopped ? $"; the best until the job was stopped, as {stopped}" : string.Empty)
        : model.Result.Decision.Feasible ? $"FP32 as it is. {model.Result.Decision.Reason}"
        : $"nothing to deploy in FP32's place. {model.Result.Decision.Reason}";

    // Of several kinds of machines there is not one.
    private static IEnumerable<(string, string)> Timed(ReportModel model, PlanPoint winner) =>
        winner.Latency is not { } latency || model.Result.Fleet is not null ? []
        : [("Timed", $"batch {latency.Batch}, {Verdict.Threads(latency.Threads)}, {model.Machine}{Busy(latency.OtherCores)}")];

    private static string Busy(double? cores) => cores is >= MuchOfACore
        ? FormattableString.Invariant($"; other processes kept {cores:0.0} cores busy, which widens the interval")
        : string.Empty;

    private static string Cost(ReportModel model)
    {
        var refused = model.Result.Refused?.Count ?? 0;
        return (model.Result.Evidence?.Words ?? "an unknown loss")
            + (refused == 0 ? string.Empty : $"; the parity gate refused {(refused == 1 ? "a plan" : $"{refused} plans")} before it");
    }

    private static IEnumerable<(string, string)> Input(ReportModel model, bool isQuantized) =>
        model.Options.Channels is not { } channels || !model.Result.Decision.Feasible ? []
        : isQuantized ? [("It takes", $"pixels: uint8 (N, height, width, {channels.Length}), {channels} "
            + $"{(channels.Length == 4 ? "with an alpha of 255" : "in this order")}, and normalizes them itself")]
        : [("It takes", "floats, as your file does: only files of plans take pixels")];

    // A figure over all outputs hides it; shares of right answers do not depend on one channel, unless it is lost.
    private static IEnumerable<(string, string)> Channel(ReportModel model) => model.WorstChannel is { } worst
        && (worst.IsWeak || model.Options.Measure.ComparesWithFloat32())
            ? [("Weakest channel", worst.Words)]
            : [];

    private static IEnumerable<(string, string)> Samples(ReportModel model) =>
        new[] { model.Result.Evidence?.SampleWords, model.Quiet?.Words }.OfType<string>().Select(words => ("Sample by sample", words));

    // "Sure" or "Not sure", and of what.
    private static IEnumerable<(string, string)> Sureness(ResultDocument result) =>
        result.Verdict.Words?.Split(": ", 2) is not [var sure, var what] ? []
        : [(sure, result.Evidence is { Judged: not null } evidence ? $"{what}. {Rate(evidence.WrongAcceptance)}" : what)];

    private static string Rate(double? wrong) => wrong switch
    {
        null => "Rate of wrong acceptances: unknown, as these images cannot show it",
        < 0.01 => "Fewer than 1 in 100 such decisions would be wrong",
        { } rate => $"About 1 in {1 / rate:0} such decisions would be wrong",
    };

    private static string Given(ReportModel model, GivenTiming timed) =>
        $"takes {Figures.Milliseconds(timed.MedianMs)} ms in FP32 (batch {timed.Batch}) where the same network, written anew with its "
        + $"constants folded, or in forms that run faster, takes {Figures.Milliseconds(timed.Float32MedianMs)} ms, "
        + $"{Figures.Ratio(timed.MedianMs / timed.Float32MedianMs)}× as fast: that is the FP32 of this result"
        + (model.Float32File is { } file ? $", {file}" : string.Empty);

    private static string File(ReportModel model) =>
        model.Files.FirstOrDefault(file => file.Path.EndsWith(".onnx", StringComparison.Ordinal))?.Path ?? "the winner";

    private static string Speed(ReportModel model, PlanPoint winner) => winner.SpeedUp is null ? "not timed"
        : $"{Figures.Ratio(winner.SpeedUp)}× as fast as FP32{model.Result.Fleet?.Where(winner.Plan)}"
            + (winner.SpeedUpInterval is { } interval ? $" ({Figures.Ratio(interval.Low)}–{Figures.Ratio(interval.High)})" : string.Empty);

    private static string Size(ReportModel model, PlanPoint winner) => winner.Measured.SizeBytes is { } bytes
        ? $", {Figures.Bytes(bytes)} instead of {Figures.Bytes(model.Result.Baselines.Fp32.SizeBytes)}"
        : string.Empty;
}
