using Cluster.Kernels.Sensitivity;

namespace Cluster.Evaluation.Measuring;

/// <summary>The divergence of the whole network in INT8, and with each group left in FP32.</summary>
/// <param name="networkDone">Called after each of these networks.</param>
internal sealed class LeftOutMeasurer(EvaluationSetup setup, Action networkDone)
{
    /// <summary>Mean KL in nats: first of the whole network, then without each group, in the order of decisions.</summary>
    /// <param name="item">The sweep whose calibrator and images to use.</param>
    public IReadOnlyList<double> Measure(SensitivityItem item, CancellationToken cancellation)
    {
        var decided = setup.Translator.Decided;
        return LeftOutSweep.Run(
            setup.Float32,
            decided.Prepend(null).Select(left => setup.Resolver.Resolve(
            [
                .. setup.Network.Grouped.Groups.Select(group => group != left && decided.Contains(group)
                    ? GroupDecision.In(GroupFormat.Int8, group.Name, item.Calibrator, biasCorrection: false)
                    : GroupDecision.Baseline(group.Name)),
            ])),
            setup.Evaluation.Stratified(item.Images, item.Seed),
            setup.Cores,
            networkDone,
            cancellation,
            setup.Metric.Outputs());
    }
}
