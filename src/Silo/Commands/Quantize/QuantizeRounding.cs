using System.Diagnostics;
using Cluster.Kernels.Execution;
using Cluster.Kernels.Planning;
using Cluster.Kernels.Reconstruction;
using Cluster.Silo.Evaluation;
using Cluster.Silo.Jobs;

namespace Cluster.Silo.Commands.Quantize;

/// <summary>The roundings that `quantize` offers, and the learning of those that are learned.</summary>
internal sealed class QuantizeRounding(QuantizeRequest request, NetworkFile network, PlanTranslator translator, PlanResolver resolver, ImageBatches? calibration, Action<string> say)
{
    // BRECQ's published code spends a quarter of the iterations on the activations' steps.
    private const int ActivationShare = 4;

    private static readonly Dictionary<string, ReconstructionMethod> Methods = new(StringComparer.Ordinal)
    {
        ["adaround"] = ReconstructionMethod.AdaRound,
        ["brecq"] = ReconstructionMethod.Brecq,
        ["qdrop"] = ReconstructionMethod.QDrop,
    };

    public static IReadOnlyList<string> Names { get; } = [PlanTranslator.Nearest, .. Methods.Keys];

    /// <summary>What was learned, with how each block came to it; null for rounding to nearest and where the plan brings its own.</summary>
    /// <param name="stateFolder">Finished blocks are kept there: the same command run again goes on after them.</param>
    public (LearnedParameters Parameters, QuantizeLearning Report)? Learn(QuantizePlan plan, string stateFolder, CancellationToken cancellation)
    {
        if (plan.Learned is not null || request.Rounding is not { } name || !Methods.TryGetValue(name, out var method))
        {
            return null;
        }

        var images = calibration ?? throw new InvalidOperationException("Roundings are to be learned without calibration images.");
        var start = resolver.Resolve(translator.Settings(plan.Plan));
        var options = new ReconstructionOptions
        {
            Method = method,
            Iterations = request.Iterations,
            ActivationIterations = Math.Max(1, request.Iterations / ActivationShare),
            Seed = request.Seed,
        };
        long began = Stopwatch.GetTimestamp();
        var result = Reconstructor.Run(
            network.Grouped,
            new ReconstructionStart(start.WeightBits, start.Layout.Points.Values.DistinctBy(point => point.ScaleOf).ToDictionary(point => point.ScaleOf, start.Parameters, StringComparer.Ordinal)),
            images, options, stateFolder, new Progress(say), TimeProvider.System, cancellation);
        var report = QuantizeLearning.Of(result.Blocks, Stopwatch.GetElapsedTime(began).TotalSeconds);
        say($"learned {result.Blocks.Count(block => block.Kept)} of {result.Blocks.Count} blocks by {name} in {report.Seconds:F1} s, {report.IterationsPerSecond:F1} iterations a second");
        return (result.Parameters, report);
    }

    /// <summary>Says when a block begins; called by the loop's own thread.</summary>
    private sealed class Progress(Action<string> say) : IProgress<ReconstructionProgress>
    {
        private int _block = -1;

        public void Report(ReconstructionProgress value)
        {
            if (value.Index != _block)
            {
                _block = value.Index;
                say($"block {value.Index + 1} of {value.Count}: {value.Block}{(value.Remaining is { } left && value.IterationsPerSecond > 0 ? $" ({value.IterationsPerSecond:F0} iterations a second, {left.TotalSeconds:F0} s left)" : "")}");
            }
        }
    }
}
