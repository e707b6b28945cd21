using System.Diagnostics;
using Cluster.Coordinator.Work;
using Cluster.Evaluation.Setup;
using Cluster.Kernels.Evaluation.Sensitivity;
using Cluster.Kernels.Graphs.Groups;
using Cluster.Kernels.Plans;
using Cluster.Kernels.Plans.Placement;
using GroupSensitivity = Cluster.Coordinator.Work.GroupSensitivity;

namespace Cluster.Evaluation.Measuring;

/// <summary>One sweep over all groups, each alone in INT8, from cached FP32 prefixes.</summary>
/// <param name="batchDone">Receives the index of each batch of images that all groups have been tried on; called from
/// any thread.</param>
internal sealed class SensitivityMeasurer(EvaluationSetup setup, Action<int>? batchDone = null)
{
    public SensitivityResult Measure(SensitivityItem item, CancellationToken cancellation)
    {
        long began = Stopwatch.GetTimestamp();
        var alone = setup.Translator.Decided.Select(group => (group, Alone(group, item.Calibrator))).ToList();
        var images = setup.Evaluation.Take(item.Images);
        var scores = SensitivitySweep.Run(setup.Float32, alone, images, setup.Cores, batchDone, cancellation);
        var names = setup.Translator.Decided;
        return new SensitivityResult(
            [.. scores.Select((score, index) => new GroupSensitivity(
                names[index].Name,
                score.Kl,
                double.IsFinite(score.SqnrDb) ? score.SqnrDb : null,
                (int)score.Accuracy.Correct,
                (int)score.Accuracy.Total))],
            Stopwatch.GetElapsedTime(began).TotalSeconds);
    }

    private QuantizedNetwork Alone(LayerGroup group, string calibrator)
    {
        var settings = setup.Network.Grouped.Groups
            .Select(other => other == group ? GroupSetting.Integer(calibrator, correctBias: false) : GroupSetting.Float32)
            .ToList();
        return setup.Resolver.Resolve(settings);
    }
}
