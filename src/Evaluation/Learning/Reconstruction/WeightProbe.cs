namespace Cluster.Evaluation.Learning.Reconstruction;

/// <summary>
/// Scores a plan with perfect weights: those of FP32, everything else as in its file, with activations quantized at the same places and
/// biases corrected for the remaining error. In simulation, because no file combines the two.
/// </summary>
internal sealed class WeightProbe(EvaluationSetup setup, AccuracyMeasurer accuracy)
{
    /// <summary>Runs all evaluation images.</summary>
    /// <exception cref="NotFiniteLogitsException">A logit is not finite.</exception>
    public WeightProbeResult Measure(ReconstructItem item, CancellationToken cancellation)
    {
        long began = Stopwatch.GetTimestamp();
        var network = setup.Builder.WithFloatWeights(item.Plan, cancellation);
        var score = accuracy.Score(setup.Float32.RunAll(setup.Evaluation, network, setup.Cores, cancellation));
        return new WeightProbeResult(
            score.Correct,
            score.Total,
            score.Kl,
            score.CorrectBits,
            Stopwatch.GetElapsedTime(began).TotalSeconds,
            score.Losses is null ? null : SampleLosses.Pack(score.Losses));
    }
}
