using System.Globalization;
using Cluster.Coordinator.Search;

namespace Cluster.Cli.Views;

/// <summary>The output of solve, compare and explain for people.</summary>
internal static class StoredTables
{
    public static void Write(IAnsiConsole console, StoredAnswer answer, JobState state)
    {
        void Line(string text) => CommandConsole.Line(console, text);
        var (plan, accuracy, latency) = answer.Measured;
        Line($"Asked:     {answer.Question}");
        Line($"Measured:  {FormatShares.Titled(plan)}, plan {plan.Digest[..12]}");
        Line(
            $"           {state.Spec.Options.Measure.Title()} {MetricFigures.Level(state.Spec.Options.Measure, accuracy)}, "
            + $"{Figures.Milliseconds(latency?.MedianMs)} ms "
            + $"({Figures.Ratio(latency?.SpeedUp)} times FP32's speed), {Figures.Bytes(accuracy?.SizeBytes)}");
        Line($"           {answer.Selection.Reason}");
        if (answer.Predicted is { } predicted)
        {
            Line($"Predicted: {FormatShares.Titled(predicted.Plan)}, plan {predicted.Plan.Digest[..12]}, not measured");
            Line(
                $"           about {Lost(predicted)} lost, {Figures.Milliseconds(predicted.Ms)} ms, "
                + $"{Figures.Bytes((long)predicted.SizeBytes)}; to know, write it with -o PLAN.json --predicted and measure it with "
                + "quantize --plan … --eval …");
        }

        if (state.Selection is null)
        {
            Line("The job is still running: with more measured the answer may be better.");
        }
    }

    public static void Write(IAnsiConsole console, PlanComparison comparison)
    {
        void Line(string text) => CommandConsole.Line(console, text);
        string metric = $">{comparison.Metric.GetValueOrDefault().Heading()}";
        var table = CommandConsole.Table(console, "", "Plan", "Groups", metric, ">Median ms", ">FP32 ms", ">Size");
        foreach (var (name, side) in new[] { ("A", comparison.First), ("B", comparison.Second) })
        {
            CommandConsole.AddRow(
                table,
                name,
                side.PlanDigest[..12],
                side.Formats,
                ComparisonWords.Level(comparison, side),
                Figures.Milliseconds(side.MedianMs),
                Figures.Milliseconds(side.Float32MedianMs),
                Figures.Bytes(side.SizeBytes));
        }

        Line($"A: {comparison.First.Name}");
        Line($"B: {comparison.Second.Name}");
        console.Write(table);
        Line($"{ComparisonWords.Status(comparison)}: {ComparisonWords.Sentence(comparison)}");
        foreach (var (what, text) in ComparisonWords.Figures(comparison))
        {
            Line($"{what + ":",-9} {text}");
        }

        foreach (string note in comparison.Notes)
        {
            Line(note);
        }

        Line(comparison.Groups.Count == 0 ? "No group is decided otherwise." : $"{comparison.Groups.Count} groups are decided otherwise:");
        foreach (var group in comparison.Groups)
        {
            Line($"  {group.Group}: {ComparisonWords.Decision(group.First)} -> {ComparisonWords.Decision(group.Second)}");
        }
    }

    public static void Write(IAnsiConsole console, GroupExplanation group)
    {
        void Line(string text) => CommandConsole.Line(console, text);
        Line($"{group.Group} ({string.Join('+', group.Operators)}): {ComparisonWords.Decision(group.Decision)}");
        Line($"Why:         {group.Reason}");
        if (group.Form is { } form)
        {
            Line($"Form:        {form}");
        }

        Line($"Cost:        {Figures.Count(group.Macs)} MACs an image, {Figures.Count(group.Parameters)} weights");
        if (group.Kl is { } kl)
        {
            Line(
                $"Sensitivity: {Figures.Nats(kl)} nats alone in 8 bits, place {group.SensitivityRank} from the most sensitive; SQNR "
                + $"{Figures.Decibels(group.SqnrDb)} dB");
        }

        if (group.PredictedSavedMs is { } saved)
        {
            Line($"Latency:     {Signed(saved, "0.###")} ms saved a run by the latency model, with its edges");
        }

        if (group.Calibrators.Count > 0)
        {
            var scores = group.Calibrators.Select(score => $"{score.Calibrator} {Figures.Nats(score.Kl)}");
            Line($"Calibrators: {string.Join(", ", scores)} nats");
        }

        Line(group.Tried.Count == 0
            ? "Tried:       no two measured plans differ in this group alone."
            : $"Tried:       {group.Tried.Count} pairs of measured plans differ in this group alone:");
        foreach (var trial in group.Tried)
        {
            string ms = trial.Ms is { } value ? $", {Signed(value, "0.###")} ms" : string.Empty;
            Line($"  {trial.From} -> {trial.To}: {Better(trial)}, {Signed(trial.Kl, "0.####")} nats{ms}");
        }
    }

    private static string Lost(PredictedPlan predicted) => predicted.Scale.Metric.IsShare()
        ? $"{Figures.Points(100 * predicted.Drop)} points"
        : predicted.Scale.Drop(predicted.Drop);

    private static string Better(GroupTrial trial) =>
        trial.Loss is { } loss ? $"{Signed(loss, "0.####")} of loss" : $"{Signed(trial.Correct, "0")} images right";

    private static string Signed(double value, string digits) =>
        value.ToString($"+{digits};-{digits};{digits}", CultureInfo.InvariantCulture);
}
