namespace Cluster.Evaluation.Measuring;

/// <summary>What FP32's own result says about the data, wherever files are compared with it.</summary>
internal static class Float32Doubts
{
    private const string Mistake = ": the data is probably not what the network was trained for; correct it";

    // FP32's accuracy below which the usual mistakes are looked for.
    private const double Low = 0.6;

    // Above it a swap of channels is still looked for, which costs many networks only a few points.
    private const int ImagesForOrder = 1000;

    /// <summary>A sentence if FP32's accuracy is low, which may be the network's own, or a mistake in the data can be named.</summary>
    /// <param name="correct">Labelled evaluation samples that it gets right.</param>
    public static Float32Doubt? Of(EvaluationSetup setup, int correct)
    {
        var images = setup.Evaluation.Images;
        string? doubt = EvaluationSanity.JudgeFloat32(correct, images, setup.Metric, setup.Network.Classes);
        bool isLow = doubt is not null || correct < Low * images.Count;
        var mistake = !images.HasLabels ? null : UsualMistakes.Explain(
            setup.Target,
            setup.Original.File,
            setup.Evaluation,
            setup.Network.Classes,
            setup.Metric,
            isLow ? UsualMistakes.UsualImages : ImagesForOrder,
            isOnlyOrder: !isLow);
        return mistake is { IsProved: true }
            ? new Float32Doubt(FormattableString.Invariant(
                $"FP32's {setup.Metric.Title()} is {100.0 * mistake.Before / mistake.Of:0.##} % on {mistake.Of} samples, and with ")
                + FormattableString.Invariant(
                    $"{mistake.Trial.What} {100.0 * mistake.After / mistake.Of:0.##} %: {mistake.Trial.Mend}"), IsProved: true)
            : (mistake is null ? doubt : mistake.Words + Mistake) is { } words ? new Float32Doubt(words, IsProved: false)
            : null;
    }

    /// <summary>Why no loss of FP32 can be seen, and what to do; null if one can.</summary>
    /// <param name="level">FP32's level on the evaluation samples.</param>
    /// <param name="bound">The accepted drop on the metric's scale; null: none is asked for.</param>
    public static string? Worthless(EvaluationSetup setup, double level, double? bound)
    {
        double? spread = setup.Metric == MetricKind.Rmse ? Spread(setup) : null;
        int samples = setup.Evaluation.Images.Count;
        return EvaluationSanity.Worthless(setup.Metric, level, samples, bound, setup.Network.Classes, spread) is not { } found
            ? null
            : $"{found}: no loss can be seen. Correct labels and preprocessing, or judge plans by {JobLimits.Metric.Name} "
                + $"{MetricKind.OutputSqnr.Word()}, which needs no labels";
    }

    /// <summary>The same with the mistake that a doubt names, if it names one.</summary>
    /// <param name="doubt">Of <see cref="Of"/>.</param>
    public static string Worthless(string worthless, string? doubt) =>
        doubt?.EndsWith(Mistake, StringComparison.Ordinal) == true ? $"{worthless}; {doubt}" : worthless;

    // The mean squared error of the best constant answer.
    private static double Spread(EvaluationSetup setup)
    {
        float[] targets = setup.Evaluation.Images.ReadTargets();
        int samples = setup.Evaluation.Images.Count;
        int width = targets.Length / samples;
        double sum = 0;
        for (int i = 0; i < width; i++)
        {
            double mean = 0;
            double squares = 0;
            for (int sample = 0; sample < samples; sample++)
            {
                double value = targets[(sample * width) + i];
                mean += value / samples;
                squares += value * value / samples;
            }

            sum += Math.Max(0, squares - (mean * mean)) / width;
        }

        return sum;
    }
}

/// <summary>What FP32's result says is wrong with the data.</summary>
/// <param name="Words">In a sentence.</param>
/// <param name="IsProved">Whether there is no doubt about it, so that a job stops.</param>
internal sealed record Float32Doubt(string Words, bool IsProved);
