using Cluster.Kernels.Metrics;

namespace Cluster.Kernels.Sensitivity;

/// <summary>
/// The opposite of <see cref="SensitivitySweep"/>: how far a quantized network is from FP32 with one group after another left in FP32. What
/// a group contributes among all others depends on them, so every network is simulated whole, one pass over the images each.
/// </summary>
public static class LeftOutSweep
{
    /// <summary>The mean divergence of each network's outputs from FP32's, in nats; the same for any number of workers.</summary>
    /// <param name="networks">Read one after another: only one is held.</param>
    /// <param name="networkDone">Called after each.</param>
    /// <param name="outputs">Outputs by which the distance from FP32 is measured.</param>
    public static IReadOnlyList<double> Run(
        FloatNetwork network, IEnumerable<QuantizedNetwork> networks, ImageBatches images, int workers, Action? networkDone,
        CancellationToken cancellation, OutputKind outputs = OutputKind.Scores)
    {
        using var joint = new JointDivergence(network, images, workers, cancellation, outputs);
        var divergences = new List<double>();
        foreach (var candidate in networks)
        {
            divergences.Add(joint.Of(candidate));
            networkDone?.Invoke();
        }

        return divergences;
    }
}
