using Cluster.DataSpecs.Labels;
using Cluster.Kernels.Evaluation.Detection;

namespace Cluster.Evaluation.Inputs;

/// <summary>Adds to samples what a metric needs to judge answers: labels, targets, boxes, or nothing.</summary>
internal static class JudgedSamples
{
    /// <summary>The samples, with targets, boxes, masks or strings if the metric uses them.</summary>
    /// <exception cref="Networks.KernelException">They are missing or wrong; reported before any work.</exception>
    /// <exception cref="JobException">They are labelled for another metric.</exception>
    public static SampleSet Of(SampleSet samples, JobOptions options, NetworkFile network)
    {
        var metric = options.Measure;
        if (network.HasOutputsOfSeveralSizes && metric != MetricKind.OutputSqnr)
        {
            throw new JobException(
                $"The samples have several sizes, and with them the output '{network.FirstOutput.Name}', by which "
                + $"{JobLimits.Metric.Name} {metric.Word()} does not judge: give {JobLimits.Metric.Name} {MetricKind.OutputSqnr.Word()}, "
                + "or samples of one size.");
        }

        if (network.Counted.ContainsKey(network.FirstOutput.Name) && metric != MetricKind.OutputSqnr && !metric.IsDetection()
            && !metric.IsCommand())
        {
            throw new JobException(
                $"The number of rows of the output '{network.FirstOutput.Name}' depends on what a sample holds, and "
                + $"{JobLimits.Metric.Name} {metric.Word()} does not judge such: give {JobLimits.Metric.Name} "
                + $"{MetricKind.Map50To95.Word()} with boxes, {MetricKind.OutputSqnr.Word()}, "
                + $"or a {JobLimits.MetricCommand.Name} of yours.");
        }

        if (metric.CountsImages() && samples.Kind is { } kind)
        {
            var (what, usual) = kind switch
            {
                PictureLabelKind.Boxes => ("boxes", MetricKind.Map50To95),
                PictureLabelKind.Mask => ("masks", MetricKind.Miou),
                _ => ("texts", MetricKind.Ctc),
            };
            throw new JobException(
                $"'{samples.Name}' is labelled with {what} where {metric.Word()} counts classes of images: give {JobLimits.Metric.Name} "
                + $"{usual.Word()}.")
            {
                FailsOn = JobFault.Request,
            };
        }

        var judged = metric == MetricKind.Rmse ? samples.WithTargets(network.FirstOutput)
            : metric.IsDetection() ? samples.WithBoxes()
            : metric == MetricKind.Miou ? samples.WithMasks()
            : metric.ReadsStrings() ? WithStrings(samples, options, network)
            : samples;

        // A command may read arrays of its own from the file.
        if (!metric.IsCommand())
        {
            judged.RequireRoles();
        }

        if (metric.IsDetection())
        {
            Boxes(judged, options, network).RequireBoxes(judged);
        }

        _ = Judge(judged, options, network);
        return judged;
    }

    /// <summary>What judges answers on samples that <see cref="Of"/> made; null if labels or outputs alone do.</summary>
    /// <exception cref="Networks.KernelException">The outputs have another layout.</exception>
    public static AnswerJudge? Judge(SampleSet samples, JobOptions options, NetworkFile network) => options.Measure switch
    {
        MetricKind.Map50 => new BoxJudge(Boxes(samples, options, network), network.FirstOutput.Name, MeanAveragePrecision.Half),
        MetricKind.Map50To95 => new BoxJudge(Boxes(samples, options, network), network.FirstOutput.Name, MeanAveragePrecision.HalfToAll),
        MetricKind.Miou => new MaskJudge(MaskFormat.Of(network.FirstOutput, samples)),
        MetricKind.Ctc or MetricKind.CtcCharacters => new StringJudge(
            Strings(options, network), samples.HasStrings, areWhole: options.Measure == MetricKind.Ctc),
        _ => null,
    };

    /// <summary>Checks that a search can decide on images that have no labels: a person is asked for those that matter.</summary>
    /// <exception cref="JobException">The metric or the bound takes a label of every image.</exception>
    public static void RequireAsked(SampleSet evaluation, JobOptions options, NetworkFile network)
    {
        if (evaluation.HasLabels || !options.Measure.CountsImages())
        {
            return;
        }

        if (options.MaxDropIsRelative == true)
        {
            throw new JobException(
                $"{JobLimits.MaxDrop.Name} is a share of FP32's accuracy, which the images of '{evaluation.Name}' do not tell without "
                + "labels: give a bound in points, such as 0.5%, or labels.");
        }

        if (network.Classes > ClassAnswers.MostClasses)
        {
            throw new JobException(
                $"{network.Path} has {network.Classes} classes where labels are asked for up to {ClassAnswers.MostClasses}: give "
                + $"labelled images with --eval, or {JobLimits.Metric.Name} {MetricKind.OutputSqnr.Word()} if its outputs are no classes.");
        }
    }

    /// <summary>Checks the labels, if the metric counts images.</summary>
    /// <exception cref="JobException">The network has too few outputs for the metric.</exception>
    /// <exception cref="Networks.KernelException">Labels are missing or too large; the message respects the access.</exception>
    public static void RequireLabels(
        MetricKind metric, NetworkFile network, params IEnumerable<(SampleSet? Samples, DataAccess Access)> sets)
    {
        if (!metric.CountsImages())
        {
            return;
        }

        if (network.FirstOutput.Shape.Skip(2).Any(size => size != 1))
        {
            throw new JobException(
                $"{JobLimits.Metric.Name} {metric.Word()} takes an output of (samples, classes) where the first output of {network.Path} "
                + $"is (N, {string.Join(", ", network.FirstOutput.Shape.Skip(1))}), such as a segmentation's: give "
                + $"{JobLimits.Metric.Name} {MetricKind.OutputKl.Word()}, {MetricKind.OutputSqnr.Word()}, or a "
                + $"{JobLimits.MetricCommand.Name} of yours.");
        }

        if (network.Classes <= metric.Ranks())
        {
            throw new JobException(
                $"{JobLimits.Metric.Name} {metric.Word()} looks at the {metric.Ranks()} largest outputs, of which {network.Path} has "
                + $"{network.Classes}: every answer would be right; give {JobLimits.Metric.Name} {MetricKind.Top1.Word()}.");
        }

        foreach (var (samples, access) in sets)
        {
            samples?.RequireClasses(network.Classes, access);
        }
    }

    private static BoxFormat Boxes(SampleSet samples, JobOptions options, NetworkFile network) => BoxFormat.Of(
        network.AllOutputs,
        options.Detections,
        samples is ImageSet images ? new PictureSize(images.Height, images.Width)
            : network.Grouped.Inputs is [{ Shape: [_, _, > 0 and var height, > 0 and var width] }, ..]
                ? new PictureSize((int)height, (int)width)
                : null);

    private static CtcStrings Strings(JobOptions options, NetworkFile network) => CtcStrings.Of(network.FirstOutput, options.Blank ?? 0);

    private static SampleSet WithStrings(SampleSet samples, JobOptions options, NetworkFile network)
    {
        var strings = Strings(options, network);
        return samples.WithStrings(strings.Blank, strings.Classes) ?? samples;
    }
}
