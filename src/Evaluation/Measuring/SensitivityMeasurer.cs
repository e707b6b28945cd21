using Cluster.Kernels.Sensitivity;

namespace Cluster.Evaluation.Measuring;

/// <summary>One sweep over all groups, each alone in one format, from cached FP32 prefixes.</summary>
/// <param name="batchDone">Receives the index of each batch of images that all groups have been tried on; called from
/// any thread.</param>
internal sealed class SensitivityMeasurer(EvaluationSetup setup, Action<int>? batchDone = null)
{
    public SensitivityResult Measure(SensitivityItem item, CancellationToken cancellation)
    {
        long began = Stopwatch.GetTimestamp();
        var alone = setup.Translator.Decided.Select((group, index) => (group, Alone(group, item, index))).ToList();
        var images = setup.Evaluation.Stratified(item.Images, item.Seed);
        if (item.Part is { } part)
        {
            images = images.Within(part.Within(images.Images.Count));
        }

        int ranks = setup.Metric.CountsImages() ? setup.Metric.Ranks() : 0;
        var scores = SensitivitySweep.Run(
            setup.Float32, alone, images, setup.Cores, batchDone, cancellation, ranks, setup.Metric.Outputs());
        return Result(item, scores, images.Images.Count) with { Seconds = Stopwatch.GetElapsedTime(began).TotalSeconds };
    }

    private SensitivityResult Result(SensitivityItem item, IReadOnlyList<GroupScore> scores, int images) => new(
        [.. scores.Select((score, index) => new GroupSensitivity(
            setup.Translator.Decided[index].Name,
            score.Kl,
            double.IsFinite(score.SqnrDb) ? score.SqnrDb : null,
            (int)score.Accuracy.Correct,
            (int)score.Accuracy.Total))],
        Format: item.Format,
        Part: item.Part is { } piece
            ? new SweptPart(piece, images, [.. scores.Select(score => new SweptSums(score.Divergence, score.Signal, score.Noise))])
            : null);

    private static string Calibrator(SensitivityItem item, int group) =>
        item.Plan?.Groups[group] is { Format.IsBaseline: false } decision ? decision.Calibrator : item.Calibrator;

    private QuantizedNetwork Alone(LayerGroup group, SensitivityItem item, int index)
    {
        var alone = GroupDecision.In(item.Format ?? GroupFormat.Int8, group.Name, Calibrator(item, index), biasCorrection: false);
        var settings = setup.Network.Grouped.Groups.Select(other => other == group ? alone : GroupDecision.Baseline(other.Name)).ToList();
        return setup.Resolver.Resolve(settings);
    }
}
