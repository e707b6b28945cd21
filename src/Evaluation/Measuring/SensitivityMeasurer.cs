using System.Diagnostics;
using Cluster.Coordinator.Model.Options;
using Cluster.Coordinator.Plans;
using Cluster.Coordinator.Work;
using Cluster.Evaluation.Artefacts;
using Cluster.Evaluation.Inputs;
using Cluster.Evaluation.Setup;
using Cluster.Kernels.Evaluation.Sensitivity;
using Cluster.Kernels.Evaluation.Sensitivity.Fisher;
using Cluster.Kernels.Execution;
using Cluster.Kernels.Graphs.Groups;
using Cluster.Kernels.Plans;
using Cluster.Kernels.Plans.Placement;
using GroupScore = Cluster.Kernels.Evaluation.Sensitivity.GroupSensitivity;
using GroupSensitivity = Cluster.Coordinator.Work.GroupSensitivity;

namespace Cluster.Evaluation.Measuring;

/// <summary>
/// One sweep over all groups, each alone in one format, from cached FP32 prefixes; or scores of all groups and formats from gradients.
/// </summary>
/// <param name="batchDone">Receives the index of each batch of images that all groups have been tried on; called from
/// any thread.</param>
internal sealed class SensitivityMeasurer(EvaluationSetup setup, Action<int>? batchDone = null)
{
    public SensitivityResult Measure(SensitivityItem item, CancellationToken cancellation)
    {
        long began = Stopwatch.GetTimestamp();
        var formats = new[] { item.Format }.Concat(item.Also ?? []).ToArray();
        var alone = formats
            .SelectMany(format => setup.Translator.Decided.Select((group, index) => (group, Alone(group, item, format, index))))
            .ToList();
        var images = setup.Evaluation.Stratified(item.Images, item.Seed);
        int first = 0;
        if (item.Part is { } part)
        {
            var within = part.Within(images.Images.Count);
            first = within.Start.Value;
            images = images.Within(within);
        }

        var scores = item.Scores == ScoreSource.Fisher
            ? FisherPass.Run(
                setup.Float32, alone, images, setup.Cores, batchDone, cancellation, item.Seed, first, setup.Metric.Outputs())
            : Sweep(alone, images, cancellation);
        double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        var results = formats
            .Zip(scores.Chunk(setup.Translator.Decided.Count), (format, own) => Result(item, format, own, images.Images.Count))
            .ToList();
        return results[0] with { Format = item.Format, Seconds = seconds, Also = results.Count > 1 ? results[1..] : null };
    }

    private IReadOnlyList<GroupScore> Sweep(
        List<(LayerGroup Group, QuantizedNetwork Network)> alone, ImageBatches images, CancellationToken cancellation)
    {
        int ranks = setup.Metric.CountsImages() ? setup.Metric.Ranks() : 0;
        return SensitivitySweep.Run(
            setup.Float32, alone, images, setup.Cores, batchDone, cancellation, ranks, setup.Metric.Outputs());
    }

    private SensitivityResult Result(SensitivityItem item, GroupFormat? format, GroupScore[] scores, int images) => new(
        [.. scores.Select((score, index) => new GroupSensitivity(
            setup.Translator.Decided[index].Name,
            score.Kl,
            double.IsFinite(score.SqnrDb) ? score.SqnrDb : null,
            (int)score.Accuracy.Correct,
            (int)score.Accuracy.Total))],
        Format: format == GroupFormat.Int8 ? null : format,
        Part: item.Part is { } piece
            ? new SweptPart(piece, images, [.. scores.Select(score => new SweptSums(score.Divergence, score.Signal, score.Noise))])
            : null,
        Scores: item.Scores);

    private static string Calibrator(SensitivityItem item, int group) =>
        item.Plan?.Groups[group] is { Format.IsBaseline: false } decision ? decision.Calibrator : item.Calibrator;

    private QuantizedNetwork Alone(LayerGroup group, SensitivityItem item, GroupFormat? format, int index)
    {
        var alone = PlanTranslator.Setting(
            GroupDecision.In(format ?? GroupFormat.Int8, group.Name, Calibrator(item, index), biasCorrection: false));
        var settings = setup.Network.Grouped.Groups.Select(other => other == group ? alone : GroupSetting.Float32).ToList();
        return setup.Resolver.Resolve(settings);
    }
}
