using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Cluster.Coordinator.Model;
using Cluster.Coordinator.Model.Options;

namespace Cluster.Terminal.Options;

/// <summary>The option `--max-drop`, and a warning if its value is unusually large.</summary>
public static class MaxDrop
{
    // Useful plans lose less: a larger bound is more likely half a percent written as 0.5.
    private const double Usual = 0.05;

    /// <summary>The option: a share of images such as 0.5% or 0.005.</summary>
    public static Option<double> Option() => NumberOptions.Share(
        JobLimits.MaxDrop, "largest accepted loss of accuracy (top1, top5), e.g. 0.5% or 0.005", new JobOptions().MaxDrop);

    /// <summary>A sentence if the bound is above five points, else null.</summary>
    public static string? Warning(ParseResult parsed, Option<double> option) =>
        parsed.GetResult(option) is { Tokens: [{ Value: var text }, ..] } ? Warning(text, parsed.GetValue(option)) : null;

    internal static string? Warning(string text, double share)
    {
        if (share <= Usual)
        {
            return null;
        }

        string points = (100 * share).ToString("0.###", CultureInfo.InvariantCulture);
        return $"{JobLimits.MaxDrop.Name} {text} accepts a loss of up to {points} points"
            + (text.EndsWith('%')
                ? "; 0.5% is usual."
                : $"; a number without % is a fraction, so write {JobLimits.MaxDrop.Name} {text}% for {text} points.");
    }
}
