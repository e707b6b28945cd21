namespace Cluster.Evaluation.SingleSteps.Quantize;

/// <summary>
/// Judges a plan on samples that did not choose its ranges, where only calibration samples are at hand: each part of them runs in the
/// network whose ranges the other parts choose. On the samples that chose the ranges nothing saturates, however few they are.
/// </summary>
/// <param name="images">The calibration set.</param>
/// <param name="parts">Statistics of each part of it; image i is in part i modulo their number.</param>
internal sealed class HeldOutSamples(ImageBatches images, IReadOnlyList<CalibrationStatistics> parts)
{
    /// <summary>Into how many parts a set is divided; one of fewer samples is not.</summary>
    public const int Parts = 4;

    /// <summary>The plan's networks, each with samples that its ranges have not seen; the first of the set are enough.</summary>
    /// <param name="built">The plan's own network.</param>
    public IEnumerable<(QuantizedNetwork Network, ImageBatches Samples)> Of(
        EvaluationSetup setup, QuantizePlan plan, QuantizedNetwork built)
    {
        var settings = setup.Translator.Settings(plan.Plan);
        var far = plan.Statistics.Unseen(images.Images.Count);
        for (int part = 0; part < parts.Count; part++)
        {
            int[] held =
            [
                .. Enumerable.Range(0, Math.Min(ChannelCheck.Images, images.Images.Count))
                    .Where(image => image % parts.Count == part && !far.Contains(image)),
            ];
            if (held.Length > 0)
            {
                var others = CalibrationStatistics.Merged(parts.Where((_, other) => other != part));
                var network = new PlanResolver(setup.Network.Grouped, others, setup.Resolver).Resolve(settings, plan.Learned);
                yield return (network.WithBiases(built.CorrectedBiases), images with { Images = images.Images.Select(held) });
            }
        }
    }
}
