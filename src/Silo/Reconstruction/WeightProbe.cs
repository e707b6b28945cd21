using System.Diagnostics;
using Cluster.Coordinator.Work;
using Cluster.Kernels.Execution;
using Cluster.Kernels.Planning;
using Cluster.Kernels.Reconstruction;
using Cluster.Silo.Evaluation;

namespace Cluster.Silo.Reconstruction;

/// <summary>
/// Scores a plan with FP32 weights and its activations quantized, in simulation: no file has both. Biases are those of FP32; where the plan's are corrected,
/// the probe is the stricter for it.
/// </summary>
internal sealed class WeightProbe(EvaluationSetup setup, AccuracyMeasurer accuracy)
{
    /// <summary>Runs all evaluation images.</summary>
    /// <exception cref="NotFiniteLogitsException">A logit is not finite.</exception>
    public WeightProbeResult Measure(ReconstructItem item, CancellationToken cancellation)
    {
        long began = Stopwatch.GetTimestamp();
        using var network = new LearnedNetwork(setup.Network.Grouped, new LearnedParameters { Activations = PlanReconstructor.Start(setup, item.Plan).Activations });
        var images = setup.Evaluation;
        float[] logits = new float[(long)images.Images.Count * setup.Network.Classes];
        Batches.ForEach(
            images.Count,
            setup.Cores,
            batch => network.Run(images, batch).CopyTo(logits.AsSpan(images.Start(batch) * setup.Network.Classes)),
            cancellation);
        var score = accuracy.Score(logits);
        return new WeightProbeResult(score.Correct, score.Total, score.Kl, score.CorrectBits, Stopwatch.GetElapsedTime(began).TotalSeconds);
    }
}
