namespace Cluster.Reporting.Models;

/// <summary>The result in words.</summary>
/// <param name="Status">Two or three words.</param>
/// <param name="Sentence">The whole result in one sentence.</param>
/// <param name="Notes">Caveats, one sentence each.</param>
internal sealed record Verdict(string Status, string Sentence, IReadOnlyList<string> Notes)
{
    /// <summary>Describes a result.</summary>
    public static Verdict Of(ReportModel model)
    {
        var points = model.Points;
        var float32 = points.First(point => point.Roles.HasFlag(PlanRoles.Float32));
        var winner = points.First(point => point.Roles.HasFlag(PlanRoles.Winner));
        return model.Result.Proof is { } proof ? Proved(model, proof, float32, winner) : model.Kind switch
        {
            WinnerKind.Faster or WinnerKind.Unclear when !winner.Plan.IsBaseline => Faster(model, float32, winner),
            WinnerKind.NothingFaster or WinnerKind.Unclear => NothingFaster(model, float32),
            WinnerKind.MostAccurate => MostAccurate(model, float32, winner),
            _ => NothingFeasible(model, float32, winner),
        };
    }

    private static Verdict Proved(ReportModel model, StandingProof proof, PlanPoint float32, PlanPoint winner) => new(
        proof.Verdict switch
        {
            ProofVerdict.Holds => "Every promise holds",
            ProofVerdict.Unclear => "A promise is unclear",
            _ => "A promise lapsed",
        },
        $"The deployed winner of {model.ModelName}, {FormatShares.Titled(winner.Plan)}, {Found(winner, float32)}{Took(model, winner)}.",
        [
            .. proof.Promises.Select(promise =>
                $"{char.ToUpperInvariant(promise.Promise[0])}{promise.Promise[1..]}, {promise.Verdict.ToString().ToLowerInvariant()}: "
                + $"{promise.Found}.{(promise.Advice is { } advice ? $" {advice}" : string.Empty)}"),
        ]);

    private static Verdict Faster(ReportModel model, PlanPoint float32, PlanPoint winner) => new(
        IsUnclear(model) ? Unclear : $"{Figures.Ratio(winner.SpeedUp)}× faster",
        $"{model.ModelName} with {FormatShares.Titled(winner.Plan)} {Gain(model, winner)}, "
        + $"{Found(winner, float32)}, and has "
        + $"{Sizes(float32, winner)}.",
        [.. Reasons(model), .. Paired(model), .. Learned(model)]);

    private const string Unclear = "Unclear: machine busy";

    private static bool IsUnclear(ReportModel model) => model.Kind == WinnerKind.Unclear;

    // Of several kinds of machines, no milliseconds are those of all.
    private static string Gain(ReportModel model, PlanPoint winner) => model.Result.Fleet is { } fleet
        ? $"is {Figures.Ratio(winner.SpeedUp)}× as fast as FP32{fleet.Where(winner.Plan)} ({Runs(model)})"
        : $"takes {Figures.Milliseconds(winner.Latency?.MedianMs)} ms instead of "
            + $"{Figures.Milliseconds(winner.Latency?.Float32MedianMs)} ms ({Figures.Ratio(winner.SpeedUp)}× as fast as FP32, "
            + $"{Runs(model)})";

    private static Verdict MostAccurate(ReportModel model, PlanPoint float32, PlanPoint winner) => new(
        "Most accurate within the budget",
        $"{model.ModelName} {(winner.Plan.IsBaseline ? "in FP32" : $"with {FormatShares.Titled(winner.Plan)}")} is the most accurate that "
        + $"was measured within {BudgetWords.Budgets(model.Options)}: it {Found(winner, float32)}, in "
        + $"{Figures.Milliseconds(winner.Latency?.MedianMs)} ms "
        + $"({Runs(model)}), with {Sizes(float32, winner)}.",
        [.. Reasons(model), .. Paired(model), .. Learned(model)]);

    private static Verdict NothingFaster(ReportModel model, PlanPoint float32) => new(
        IsUnclear(model) ? Unclear : "Nothing faster",
        $"Keep {model.ModelName} in FP32: nothing quantized that is accurate enough was faster on this machine "
        + $"({Runs(model)}); FP32 takes {Figures.Milliseconds(float32.Latency?.MedianMs)} ms and "
        + $"{Alone(float32)}.",
        [
            .. Reasons(model),
            "Another batch size, more threads or another target may change this: the more work a run has, the more INT8 saves.",
            .. Reconstructed(model),
            .. Tuned(model),
            .. Tested(model)
        ]);

    private static Verdict NothingFeasible(ReportModel model, PlanPoint float32, PlanPoint winner)
    {
        if (winner.Plan.IsBaseline)
        {
            return new(
                "Nothing to compare",
                $"Keep {model.ModelName} in FP32: no quantized plan could be evaluated; FP32 {Alone(float32)}.",
                [.. Reasons(model), .. Reconstructed(model), .. Tuned(model), .. Tested(model)]);
        }

        return new(
            model.Options.Budgets > 0 ? "Nothing within the budget" : "Not accurate enough",
            $"No quantized {model.ModelName} that was tried stays within {BudgetWords.Limits(model.Options)}: the nearest "
            + $"{Found(winner, float32)}{Dropped(winner)}{Corrected(model)}{Took(model, winner)}.",
            [.. Reasons(model), .. Paired(model), .. Learned(model)]);
    }

    // Why it won, and why plans that look better did not.
    private static IEnumerable<string> Reasons(ReportModel model) =>
        new[] { model.Result.Decision.Reason, model.Result.Decision.PassedOver }.OfType<string>();

    // The value that was compared with the bound, if it is not the measured one.
    private static string Corrected(ReportModel model) =>
        model.Result is { Evidence: { Judged: { } judged, Bound: { } bound }, Winner.Accuracy.Drop: var drop } && judged > bound
            && drop <= bound
            ? $", {model.Scale.Drop(judged)} by which it is judged"
            : string.Empty;

    private static string Took(ReportModel model, PlanPoint plan) => plan.Latency is { } latency
        ? $", and takes {Figures.Milliseconds(latency.MedianMs)} ms instead of {Figures.Milliseconds(latency.Float32MedianMs)} ms "
            + $"({Figures.Ratio(plan.SpeedUp)}×, {Runs(model)})"
        : "; it could not be timed";

    private static IEnumerable<string> Learned(ReportModel model) => [.. Reconstructed(model), .. Tuned(model), .. Tested(model)];

    private static IEnumerable<string> Paired(ReportModel model)
    {
        if (model.Result is { Evidence: { } evidence, Winner.Accuracy: { } winner })
        {
            if (evidence.Lost is { } lost)
            {
                yield return $"Image by image, it loses {lost} that FP32 gets right and gains {evidence.Gained} that FP32 gets wrong, of "
                    + $"{winner.Total}{Unlabelled(winner)}.{Decisive(model, winner)}";
            }

            yield return evidence.Rule;
        }
    }

    // Where a plan has FP32's answer nothing is lost, whatever the label is.
    private static string Decisive(ReportModel model, ResultAccuracy accuracy) =>
        accuracy.Unlabelled is null && model.Options.Measure == MetricKind.Top1
            ? $" Only {accuracy.Total - accuracy.Agree} labels matter: on the other images it has FP32's answer."
            : string.Empty;

    private static string Unlabelled(ResultAccuracy accuracy) => accuracy.Unlabelled is not > 0
        ? string.Empty
        : $", and answers {accuracy.Unlabelled} unlabelled images otherwise, which count as lost";

    private static IEnumerable<string> Reconstructed(ReportModel model)
    {
        for (var trial = model.Result.Reconstruction; trial is not null; trial = trial.Second)
        {
            yield return !trial.Tried ? $"Nothing to rescue by rounding: {trial.Reason}"
                : trial.Kept ? $"Its roundings were learned and kept. {trial.Reason}."
                : $"Learned roundings of {FormatShares.Titled(trial.Target!.Plan)} changed nothing. {trial.Reason}"
                    + (trial.Reason.EndsWith('.') ? string.Empty : ".");
        }
    }

    private static IEnumerable<string> Tuned(ReportModel model)
    {
        for (var trial = model.Result.FineTune; trial is not null; trial = trial.Second)
        {
            yield return !trial.Tried ? $"It was not fine-tuned: {trial.Reason}"
                : trial.Kept ? $"It was fine-tuned over {FineTuneItem.EpochsOf(trial.Epochs)} and kept: {trial.Reason}."
                : $"Fine-tuning {FormatShares.Titled(trial.Before.Plan)} over {FineTuneItem.EpochsOf(trial.Epochs)} changed nothing: "
                    + $"{trial.Reason}{(trial.Reason.EndsWith('.') ? string.Empty : ".")}"
                    + (trial.After?.Artefact?.Path is { } file ? $" The trained file is {file}." : string.Empty);
        }
    }

    private static IEnumerable<string> Tested(ReportModel model)
    {
        if (model.Result.Test is { } test)
        {
            yield return $"On the test set, which the search never saw: {TestWords.Of(model.Options.Measure, test)}.";
        }
        else if (!model.HasTestSet)
        {
            yield return SelectedOnSameImages;
        }
    }

    /// <summary>The caveat for a result without a test set.</summary>
    public const string SelectedOnSameImages =
        "There was no test set: this accuracy was selected on the same images that it is reported on, so it is slightly "
        + "optimistic. Give --test for an unbiased one.";

    // By default an answer is right by its first class.
    private static string In(PlanPoint point) => point.Metric == MetricKind.Top1 ? string.Empty : $" in {point.Metric.Title()}";

    // A plan's level, together with FP32's if FP32 has one.
    private static string Found(PlanPoint plan, PlanPoint float32) => plan.Metric switch
    {
        MetricKind.OutputKl => $"has a {plan.Metric.Title()} of {Measured(plan)} on the evaluation samples",
        MetricKind.OutputSqnr => $"has an {plan.Metric.Title()} of {Measured(plan)} on the evaluation samples",
        MetricKind.Score or MetricKind.Loss or MetricKind.Ctc or MetricKind.CtcCharacters =>
            $"has a {plan.Metric.Title()} of {Measured(plan)} on the evaluation samples against {Measured(float32)} in FP32",
        MetricKind.Rmse or MetricKind.Map50 or MetricKind.Map50To95 or MetricKind.Miou =>
            $"has an {plan.Metric.Title()} of {Measured(plan)} on the evaluation samples against {Measured(float32)} in FP32",
        _ when !plan.IsCounted => $"has FP32's answer on {Figures.Percent(plan.Accuracy?.Agreement)} of the "
            + "evaluation images",
        _ => $"is right{In(plan)} on {Accuracy(plan)} of the evaluation images against {Accuracy(float32)} in FP32",
    };

    private static string Alone(PlanPoint float32) => float32.Metric switch
    {
        MetricKind.OutputKl or MetricKind.OutputSqnr => "is what every plan is compared with",
        MetricKind.Score or MetricKind.Loss or MetricKind.Ctc or MetricKind.CtcCharacters =>
            $"has a {float32.Metric.Title()} of {Measured(float32)} on the evaluation samples",
        MetricKind.Rmse or MetricKind.Map50 or MetricKind.Map50To95 or MetricKind.Miou =>
            $"has an {float32.Metric.Title()} of {Measured(float32)} on the evaluation samples",
        _ when !float32.IsCounted => "is what every plan is compared with",
        _ => $"is right{In(float32)} on {Accuracy(float32)} of the evaluation images",
    };

    private static string Dropped(PlanPoint plan) => plan.Metric switch
    {
        MetricKind.Rmse => $", a rise of {Figures.Points(plan.DropPoints)} %",
        _ when plan.Metric.IsShare() => $", a drop of {Figures.Points(plan.DropPoints)} points",
        _ => string.Empty,
    };

    private static string Measured(PlanPoint point) => $"{point.LevelText} (95% interval {point.LevelIntervalText})";

    private static string Accuracy(PlanPoint point) =>
        point.Accuracy is { Correct: { } correct } accuracy ? MetricFigures.Proportion(correct, accuracy.Total) : "an unknown share";

    private static string Sizes(PlanPoint float32, PlanPoint winner) =>
        $"{Figures.Bytes(winner.Measured.SizeBytes)} instead of {Figures.Bytes(float32.Measured.SizeBytes)}";

    private static string Runs(ReportModel model) => $"batch {model.Options.Batch}, {Threads(model.Options.Threads)}";

    /// <summary>"1 thread", "2 threads".</summary>
    public static string Threads(int threads) => threads == 1 ? "1 thread" : $"{threads} threads";
}
