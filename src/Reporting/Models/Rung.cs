namespace Cluster.Reporting.Models;

/// <summary>A rung of learning after the search: the plan as it was found, or a method's file.</summary>
/// <param name="Name">"nearest", "AdaRound", "QDrop", "fine-tuning, 10 epochs".</param>
/// <param name="Level">Its level by the job's metric, with the unit.</param>
/// <param name="Nats">Its divergence from FP32.</param>
/// <param name="Won">What it won against the plan that it began with, with the paired 95 % interval.</param>
/// <param name="Took">Its time, and what had been expected.</param>
/// <param name="Kept">Whether it took the winner's place.</param>
public sealed record Rung(string Name, string Level, string Nats, string Won, string Took, string Kept)
{
    /// <summary>The headings of a table.</summary>
    public static IReadOnlyList<string> Headings(ReportModel model) =>
        ["Rung", model.Heading, "KL to FP32", $"Won, {model.Scale.GainUnit} (95 %)", "Time (expected)", "Kept"];

    /// <summary>The cells of a row.</summary>
    public IReadOnlyList<string> Cells => [Name, Level, Nats, Won, Took, Kept];

    /// <summary>All rungs of a result, in their order; empty if nothing was learned.</summary>
    public static IReadOnlyList<Rung> Of(ReportModel model)
    {
        var rungs = new List<Rung>();
        for (var trial = model.Result.Reconstruction; trial is { Tried: true, Target: { } target }; trial = trial.Second)
        {
            rungs.Add(Start(model, target));
            rungs.AddRange(trial.Steps.Where(step => step.After is not null).Select(step => new Rung(
                model, step.Title, step.After!, step.Gain, step.GainCi95, step.Seconds, step.ExpectedSeconds, step.Kept)));
        }

        for (var trial = model.Result.FineTune; trial is { Tried: true, After: { } after }; trial = trial.Second)
        {
            if (!rungs.Exists(rung => rung.Nats == Figures.Nats(trial.Before.Accuracy?.Kl)))
            {
                rungs.Add(Start(model, trial.Before));
            }

            rungs.Add(new Rung(
                model, $"fine-tuning, {FineTuneItem.EpochsOf(trial.Epochs)}", after, trial.Gain, trial.GainCi95, trial.Seconds,
                trial.ExpectedSeconds, trial.Kept));
        }

        return rungs;
    }

    private Rung(
        ReportModel model, string name, ResultPlan after, double? gain, IReadOnlyList<double>? ci, double? seconds, double? expected,
        bool kept)
        : this(
            name,
            LevelOf(model, after),
            Figures.Nats(after.Accuracy?.Kl),
            gain is { } won && ci is [var low, var high]
                ? $"{model.Scale.GainFigure(won)} ({model.Scale.GainFigure(low)} to {model.Scale.GainFigure(high)})"
                : Figures.None,
            $"{Duration(seconds)} ({(expected is null ? "unknown" : Duration(expected))})",
            kept ? "yes" : "no")
    {
    }

    private static Rung Start(ReportModel model, ResultPlan plan) => new(
        plan.Plan.Groups.Any(group => group.IsLearned) ? "as found" : "nearest",
        LevelOf(model, plan), Figures.Nats(plan.Accuracy?.Kl), string.Empty, string.Empty, string.Empty);

    private static string LevelOf(ReportModel model, ResultPlan plan) =>
        new PlanPoint(plan, PlanRoles.None, OnFront: false, model.Options.Measure, model.Result.Baselines.Fp32).LevelText;

    private static string Duration(double? seconds) => seconds is { } known ? Figures.Duration(TimeSpan.FromSeconds(known)) : Figures.None;
}
