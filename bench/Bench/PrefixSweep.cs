using System.Diagnostics;
using Cluster.Kernels.Sensitivity;
using Cluster.Kernels.Tensors;

namespace Cluster.Bench;

/// <summary>The sweep of this repository: suffixes run on from cached FP32 prefixes, batches side by side.</summary>
internal static class PrefixSweep
{
    public static SweepOutcome Run(SweepSubject subject)
    {
        TorchSettings.Threads = 1;
        long began = Stopwatch.GetTimestamp();
        var scores = SensitivitySweep.Run(
            subject.Float32, subject.Alone, subject.Images, Environment.ProcessorCount, null, CancellationToken.None);
        return new SweepOutcome(
            Stopwatch.GetElapsedTime(began).TotalSeconds,
            [.. scores.Select(score => score.Kl)],
            [.. scores.Select(score => (int)score.Accuracy.Correct)]);
    }
}
