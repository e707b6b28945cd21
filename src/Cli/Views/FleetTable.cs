using Cluster.Coordinator.Search.Fleets;

namespace Cluster.Cli.Views;

/// <summary>Plans on machines of several kinds, for people: of `solve --fleet`, and of a job for several kinds.</summary>
internal static class FleetTable
{
    // The best of those that no other beats on every kind.
    private const int MostRows = 12;

    public static void Write(IAnsiConsole console, FleetAnswer answer)
    {
        void Line(string text) => CommandConsole.Line(console, text);
        Line($"Asked:     {answer.Question}");
        if (answer.Plans.Count > 0)
        {
            Write(console, answer.Kinds, answer.Plans);
            if (answer.Plans.Any(plan => !plan.IsMeasured))
            {
                Line("≈: predicted by that job's latency model; not timed there.");
            }
        }

        Line(answer.Best is { } best
            ? $"Measured:  {Named(best)}: at least {Figures.Ratio(best.Least)} times FP32's speed on each kind{Alike(best)}."
            : "Measured:  FP32: no plan that was timed on every kind is faster there and accurate enough.");
        if (answer.Predicted is { } predicted)
        {
            Line(
                $"Predicted: {Named(predicted)}: at least {Figures.Ratio(predicted.Least)} times{Alike(predicted)}; to know, write it with "
                + "-o PLAN.json --predicted and measure it on each kind with quantize --plan … --eval …");
        }
    }

    /// <summary>The plans, with their speed on each kind.</summary>
    public static void Write(IAnsiConsole console, IReadOnlyList<FleetKind> kinds, IReadOnlyList<FleetPlan> plans)
    {
        var table = CommandConsole.Table(console, ["Plan", "Groups", .. kinds.Select(Heading), ">Least ×", ">Lost"]);
        foreach (var row in plans.Take(MostRows))
        {
            CommandConsole.AddRow(
                table,
                [
                    row.Plan.Digest[..12],
                    FormatShares.Of(row.Plan),
                    .. row.Speeds.Select(speed => $"{(speed.IsMeasured ? string.Empty : "≈ ")}{Figures.Ratio(speed.SpeedUp)}"),
                    Figures.Ratio(row.Least),
                    row.Scale.Drop(row.Drop),
                ]);
        }

        console.Write(table);
    }

    private static string Heading(FleetKind kind) => $">× on {kind.Name}{(kind.Job is { } job ? $", {job}" : string.Empty)}";

    private static string Named(FleetPlan plan) => $"{FormatShares.Titled(plan.Plan)}, plan {plan.Plan.Digest[..12]}";

    private static string Alike(FleetPlan plan) => plan.IsSameEverywhere
        ? ", with the same answers"
        : ", with answers that differ by kind but are accurate enough on each";
}
