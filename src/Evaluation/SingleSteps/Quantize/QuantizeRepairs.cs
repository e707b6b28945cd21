using Cluster.Evaluation.Artefacts;
using Cluster.Kernels;
using Cluster.Kernels.Correction;
using Cluster.Kernels.Execution;
using Cluster.Kernels.Plans;

namespace Cluster.Evaluation.SingleSteps.Quantize;

/// <summary>The cheap repairs of `quantize` besides bias correction, in the order in which they build on each other.</summary>
internal sealed class QuantizeRepairs(
    QuantizeRequest request,
    FloatNetwork float32,
    PlanResolver resolver,
    PlanTranslator translator,
    ImageBatches? calibration,
    SpillSpace space,
    int cores,
    Action<string> say)
{
    /// <summary>The plan's learned parameters, repaired if requested; null if there are none and no repair was requested.</summary>
    public LearnedParameters? Learn(QuantizePlan plan, CancellationToken cancellation)
    {
        var learned = plan.Learned;
        if (!request.WeightCorrection && !request.Reestimation)
        {
            return learned;
        }

        var settings = translator.Settings(plan.Plan);
        if (request.WeightCorrection)
        {
            learned = WeightMoments.Correct(resolver.Resolve(settings), plan.Statistics);
            say($"corrected mean and spread of the weights of {learned.Weights.Count} layers");
        }

        if (request.Reestimation)
        {
            var network = resolver.Resolve(settings, learned);
            var images = calibration ?? throw new InvalidOperationException("Outputs are to be re-estimated without calibration images.");
            var repaired = NormalizationReestimation.Run(
                float32, network, [.. settings.Select(setting => setting.Format.IsInteger)], images, space, cores, cancellation);
            learned = repaired with { Activations = learned?.Activations ?? repaired.Activations };
            say("brought mean and spread of the outputs' channels back to those in FP32, where that lowers the error");
        }

        return learned;
    }
}
