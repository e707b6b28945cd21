using Cluster.Evaluation.Setup;
using Cluster.Kernels.Correction;
using Cluster.Kernels.Plans;

namespace Cluster.Evaluation.SingleSteps.Quantize;

/// <summary>The cheap repairs of `quantize` besides bias correction, in the order in which they build on each other.</summary>
internal sealed class QuantizeRepairs(QuantizeRequest request, EvaluationSetup setup, Action<string> say)
{
    /// <summary>The plan's learned parameters, repaired if requested; null if there are none and no repair was requested.</summary>
    public LearnedParameters? Learn(QuantizePlan plan, CancellationToken cancellation)
    {
        var learned = plan.Learned;
        var settings = setup.Translator.Settings(plan.Plan);
        if (request.WeightCorrection)
        {
            learned = WeightMoments.Correct(setup.Resolver.Resolve(settings), setup.Statistics);
            say($"corrected mean and spread of the weights of {learned.Weights.Count} layers");
        }

        if (request.Reestimation)
        {
            var repaired = NormalizationReestimation.Run(
                setup.Float32,
                setup.Resolver.Resolve(settings, learned),
                [.. settings.Select(setting => setting.Format.IsInteger)],
                setup.Calibration,
                setup.Space,
                setup.Cores,
                cancellation);
            learned = repaired with { Activations = learned?.Activations ?? repaired.Activations };
            say("brought mean and spread of the outputs' channels back to those in FP32, where that lowers the error");
        }

        return learned;
    }
}
