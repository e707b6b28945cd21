namespace Cluster.Evaluation.Inputs;

/// <summary>Checks, before any work, whether the evaluation images can answer the job's question.</summary>
internal static class EvaluationSanity
{
    private const double Relevant = 0.1;
    private const int FewCalibration = 16;

    // Of boxes: what noise of a wrong layout may reach.
    private const double LeastPrecision = 0.01;

    /// <summary>Reasons to trust a result less, one sentence each.</summary>
    /// <exception cref="JobException">The number of images cannot give the requested confidence, for any result.</exception>
    public static IReadOnlyList<string> Judge(SampleSet evaluation, JobOptions options)
    {
        if (!options.Measure.CountsImages())
        {
            return evaluation.Count >= 2 ? [] : throw new JobException(
                $"{JobLimits.Metric.Name} {options.Measure.Word()} needs at least 2 evaluation samples, and there is one: how much losses "
                + "differ decides what a mean is worth.");
        }

        var warnings = new List<string>();
        if (evaluation is { Count: > 1, HasLabels: true } && OneLabel(evaluation) is { } label)
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
                $"{JobLimits.Confidence.Name} {Percent(confidence)}% would refuse even a plan that answers like FP32 on every image; leave "
                + $"it out. {power.Words(bound)}");
        }

        if (!power.Suffices(bound))
        {
            warnings.Add(power.Words(bound));
        }

        return warnings;
    }

    /// <summary>Reasons to trust ranges from these calibration samples less, one sentence each.</summary>
    public static IEnumerable<string> JudgeCalibration(SampleSet calibration)
    {
        if (calibration.Count < FewCalibration)
        {
            yield return $"{calibration.Count} calibration {(calibration.Count == 1 ? "image gives" : "images give")} ranges that others "
                + "may exceed; 100 to 500 are usual.";
        }
        else if (calibration.HasLabels && OneLabel(calibration) is { } label)
        {
            yield return $"all {calibration.Count} calibration images have the label {label}, so ranges know nothing of other classes; "
                + "give images of every class.";
        }
    }

    /// <summary>
    /// What this number of images can decide, in a sentence; null if a warning already says it, and if the bound is no drop or depends on
    /// FP32's result.
    /// </summary>
    public static string? Decides(int images, JobOptions options) =>
        Bound(options) is { } bound
        && DecisionPower.Of(images, options) is var power
        && power.Suffices(bound)
            ? power.Words(bound)
            : null;

    /// <summary>The same, from the number of images that a quantized plan answers differently; null if there are enough.</summary>
    public static string? JudgeQuantized(PairedCounts counts, JobOptions options) =>
        Bound(options) is { } bound
        && DecisionPower.Of(counts.Total, options, (counts.Lost + counts.Gained) / (double)counts.Total) is var power
        && !power.Suffices(bound)
            ? $"warning: {power.Words(bound)}"
            : null;

    /// <summary>A sentence if the FP32 network is hardly better than chance; else null.</summary>
    /// <remarks>
    /// Chance is one answer of all classes. An accuracy is at chance if it is less than twice that, or less than a tenth of the way from
    /// there to all images, for any number of images; with few images, also if it may be chance at 95 % confidence (Wilson). Always giving
    /// the most frequent label is chance too, if the images have most classes: with only a few of the classes it says nothing about a
    /// network that chooses among all.
    /// </remarks>
    /// <param name="correct">Evaluation images that it gets right.</param>
    /// <param name="evaluation">The evaluation images.</param>
    /// <param name="metric">The metric of the job.</param>
    /// <param name="classes">Classes that the network chooses from.</param>
    public static string? JudgeFloat32(int correct, SampleSet evaluation, MetricKind metric, int classes)
    {
        int images = evaluation.Count;
        int[] labels = [.. Enumerable.Range(0, images).GroupBy(evaluation.Label).Select(same => same.Count()).OrderDescending()];
        int most = labels.Take(metric.Ranks()).Sum();
        double chance = Math.Min(1, (double)metric.Ranks() / classes);
        double share = (double)correct / images;
        double low = WilsonInterval.Of(correct, images).Low;
        bool isGuess = low <= chance || share < Math.Min(2 * chance, chance + (Relevant * (1 - chance)));
        bool isConstant = labels.Length > 1 && 2 * labels.Length >= classes && low <= (double)most / images;
        return correct == images || !(isGuess || isConstant) ? null
            : $"FP32 is right on {correct} of {images} evaluation images ({100 * share:0.#} %), where guessing among {classes} "
            + $"classes gets {100 * chance:0.##} %{(isConstant ? $", and {most} have {Frequent(metric)}" : "")}: it answers hardly better "
            + "than by chance, and no loss of accuracy can be seen. Check the labels (their order, counted from 0) and --preprocess "
            + "(mean and std, RGB or BGR, values of 0 to 1 or of 0 to 255).";
    }

    /// <summary>
    /// Why no loss of FP32 can be seen, as it is worthless by the metric itself: its level is 0, no better than an answer without looking,
    /// or within the accepted drop, which then any plan keeps. Null if it is not.
    /// </summary>
    /// <param name="level">FP32's <see cref="AccuracyResult.Level"/> on all evaluation samples.</param>
    /// <param name="samples">Their number.</param>
    /// <param name="bound">The accepted drop on the metric's scale; null: none is asked for.</param>
    /// <param name="classes">Classes that the network chooses from.</param>
    /// <param name="spread">The squared error of always giving the targets' mean, for RMSE.</param>
    public static string? Worthless(MetricKind metric, double level, int samples, double? bound, int classes, double? spread)
    {
        if (metric.ReadsTargets())
        {
            return level >= spread && spread > 0
                ? $"FP32's RMSE is {Shown()} on {samples} samples, where always giving the targets' mean has "
                    + $"{metric.Scale().Level(spread.Value)}"
                : null;
        }

        if (!metric.IsShare() && metric != MetricKind.Score)
        {
            return null;
        }

        double value = metric.Scale().Value(level);
        double guessed = metric.CountsImages() ? Math.Min(1, (double)metric.Ranks() / classes) : 0;
        return value == 0 || (metric.CountsImages() && value <= guessed && guessed < 1) || (metric.IsDetection() && value < LeastPrecision)
            ? $"FP32's {metric.Title()} is {Shown()} on {samples} samples"
                + (metric.CountsImages() ? $", where guessing among {classes} classes gets {100 * guessed:0.##} %" : string.Empty)
            : bound >= value && value > 0
                ? $"FP32's {metric.Title()} is {Shown()} on {samples} samples, which lies within the accepted drop of "
                    + $"{metric.Scale(level).Short(bound.Value)}, so that a plan may lose all of it"
                : null;

        string Shown() => metric.CountsImages() ? $"{100 * level:0.##} %" : metric.Scale().Level(level);
    }

    /// <summary>A sentence if a command gives one number for all samples, so that a loss has no interval; else null.</summary>
    /// <param name="float32">FP32's result on all evaluation samples.</param>
    /// <exception cref="JobException">In that case, if a confidence is requested.</exception>
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
        options.Measure.CountsImages() && options is { Aim: not SearchGoal.Accurate, MaxDropIsRelative: not true }
            ? options.AcceptedDrop
            : null;

    private static int? OneLabel(SampleSet images)
    {
        int first = images.Label(0);
        return Enumerable.Range(1, images.Count - 1).All(i => images.Label(i) == first) ? first : null;
    }

}
