using System.Globalization;
using Cluster.Coordinator;
using Cluster.Coordinator.Model;
using Cluster.Coordinator.Model.Options;
using Cluster.Coordinator.Statistics;
using Cluster.Coordinator.Work;
using Cluster.Kernels.Data;

namespace Cluster.Evaluation.Inputs;

/// <summary>Whether the evaluation images can show what a job asks, before any work is done.</summary>
internal static class EvaluationSanity
{
    /// <summary>What makes a result less believable, a sentence each.</summary>
    /// <exception cref="JobException">A confidence is asked for that so few images cannot give, whatever is found.</exception>
    public static IReadOnlyList<string> Judge(SampleSet evaluation, JobOptions options)
    {
        if (!options.Measure.CountsImages())
        {
            return evaluation.Count >= 2 ? [] : throw new JobException(
                $"{JobLimits.Metric.Name} {options.Measure.Word()} needs at least 2 evaluation samples, and there is one: how much losses "
                + "differ decides what a mean is worth.");
        }

        var warnings = new List<string>();
        if (evaluation.Count > 1 && OneLabel(evaluation) is { } label)
        {
            warnings.Add(
                $"all {evaluation.Count} evaluation images have the label {label}, so {options.Measure.Title()} says nothing about the "
                + "other classes; give images of every class.");
        }

        if (Bound(options) is not { } bound)
        {
            return warnings;
        }

        var power = DecisionPower.Of(evaluation.Count, options);
        if (options.Confidence is { } confidence && new PairedCounts(0, 0, evaluation.Count).DropUpperBound(confidence) > bound)
        {
            throw new JobException(
                $"{JobLimits.Confidence.Name} {Percent(confidence)}% would refuse even a plan that answers like FP32 on every image; leave it "
                + $"out, or note: {power.Words(bound)}");
        }

        if (power.ChanceAccepted(bound) < DecisionPower.Enough)
        {
            warnings.Add(power.Words(bound));
        }

        return warnings;
    }

    /// <summary>
    /// What so many images can decide, in a sentence; null where that is among the warnings, and where the bound is no drop or waits for
    /// what FP32 has.
    /// </summary>
    public static string? Decides(int images, JobOptions options) =>
        Bound(options) is { } bound
        && DecisionPower.Of(images, options) is var power
        && power.ChanceAccepted(bound) >= DecisionPower.Enough
            ? power.Words(bound)
            : null;

    /// <summary>The same by the images that a quantized plan was seen to answer otherwise; null where there are enough.</summary>
    public static string? JudgeQuantized(PairedCounts counts, JobOptions options) =>
        Bound(options) is { } bound
        && DecisionPower.Of(counts.Total, options, (counts.Lost + counts.Gained) / (double)counts.Total) is var power
        && power.ChanceAccepted(bound) < DecisionPower.Enough
            ? $"warning: {power.Words(bound)}"
            : null;

    /// <summary>A sentence where the FP32 network is no better than always answering the most frequent labels; else null.</summary>
    /// <param name="correct">Evaluation images that it gets right.</param>
    /// <param name="evaluation">The evaluation images.</param>
    /// <param name="metric">What they are judged by.</param>
    public static string? JudgeFloat32(int correct, SampleSet evaluation, MetricKind metric)
    {
        int most = Enumerable.Range(0, evaluation.Count)
            .GroupBy(evaluation.Label)
            .Select(same => same.Count())
            .OrderDescending()
            .Take(metric.Ranks())
            .Sum();
        return WilsonInterval.Of(correct, evaluation.Count).Low > (double)most / evaluation.Count || correct == evaluation.Count
            ? null
            : string.Create(
                CultureInfo.InvariantCulture,
                $"warning: FP32 is right on {correct} of {evaluation.Count} evaluation images, and {most} have {Frequent(metric)}: it "
                + $"answers no better than by chance, and no loss of accuracy can be seen. Check labels, their order, and --preprocess.");
    }

    /// <summary>A sentence where a command gives one number for all samples, so that a loss has no interval; else null.</summary>
    /// <param name="float32">FP32's result on all evaluation samples.</param>
    /// <exception cref="JobException">And a confidence is asked for.</exception>
    public static string? JudgeCommand(AccuracyResult float32, JobOptions options)
    {
        if (!options.Measure.IsCommand() || SampleLosses.Values(float32.Losses!).Distinct().Skip(1).Any())
        {
            return null;
        }

        const string Found = "the command of --metric-command gives all samples one number, so that differences have no interval";
        return options.Confidence is null
            ? $"warning: {Found} and decide as they are; let it print a number for each sample to have one."
            : throw new JobException(
                $"{char.ToUpperInvariant(Found[0])}{Found[1..]} where {JobLimits.Confidence.Name} asks for one: let it print a number for "
                + $"each sample, or leave {JobLimits.Confidence.Name} out.");
    }

    private static string Frequent(MetricKind metric) =>
        metric.Ranks() == 1 ? "the most frequent label" : $"one of the {metric.Ranks()} most frequent labels";

    private static string Percent(double share) => (100 * share).ToString("0.#", CultureInfo.InvariantCulture);

    private static double? Bound(JobOptions options) =>
        options.Measure.CountsImages() && options is { Aim: not SearchGoal.Accurate, MaxDropRelative: null } ? options.MaxDrop : null;

    private static int? OneLabel(SampleSet images)
    {
        int first = images.Label(0);
        return Enumerable.Range(1, images.Count - 1).All(i => images.Label(i) == first) ? first : null;
    }

}
