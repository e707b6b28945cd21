namespace Cluster.Evaluation.Setup;

/// <summary>Checks FP32's known accuracy (<see cref="JobOptions.Expect"/>) on the evaluation images before any work.</summary>
internal static class ExpectedAccuracy
{
    private const int MostImages = 1000;

    /// <exception cref="JobException">The images say otherwise by more than their interval, or have no labels.</exception>
    public static void Require(JobOptions options, ITarget target, NetworkFile network, ImageBatches evaluation)
    {
        if (options.Expect is not { } expected)
        {
            return;
        }

        if (!options.Measure.CountsImages() || !evaluation.Images.HasLabels)
        {
            throw new JobException(
                $"{JobLimits.Expect.Name} is FP32's share of right answers, and "
                + (options.Measure.CountsImages() ? $"'{evaluation.Images.Name}' has no labels" : $"{options.Measure.Word()} counts none")
                + ": leave it out.")
            {
                FailsOn = JobFault.Request,
            };
        }

        float[] logits = TargetLogits.Of(
            target, network.Original.File, evaluation, network.Classes, Environment.ProcessorCount, CancellationToken.None);
        var score = RuntimeEvaluator.Score(logits, network.Classes, evaluation, reference: null, options.Measure.Ranks());
        var interval = WilsonInterval.Of(score.Correct, score.Total);
        if (interval.Low <= expected && expected <= interval.High)
        {
            return;
        }

        string? why = UsualMistakes.Explain(
            target, network.Original.File, evaluation, network.Classes, options.Measure.Ranks(), MostImages);
        throw new JobException(
            $"{JobLimits.Expect.Name} is {100 * expected:0.##} % where FP32 is right on {100.0 * score.Correct / score.Total:0.##} % of "
            + $"{score.Total} evaluation images (95 % interval {100 * interval.Low:0.#} to {100 * interval.High:0.#}): "
            + $"{why ?? $"no usual mistake explains it ({UsualMistakes.Names(evaluation)})"}. Correct the data, or leave "
            + $"{JobLimits.Expect.Name} out.");
    }
}
