using Cluster.Evaluation.Artefacts;
using Cluster.Evaluation.Inputs;
using Cluster.Kernels.Execution;
using Cluster.Kernels.Learning;
using Cluster.Kernels.Learning.Parallel;
using Cluster.Kernels.Learning.Reconstruction;
using Cluster.Kernels.Plans;
using Cluster.Kernels.Tensors;
using Cluster.Plans;
using Cluster.Storage.Files;
using Cluster.Storage.Locks;

namespace Cluster.Evaluation.SingleSteps.Quantize;

/// <summary>The roundings that `quantize` offers; runs the learned ones.</summary>
public sealed class QuantizeRounding(
    QuantizeRequest request,
    NetworkFile network,
    PlanTranslator translator,
    PlanResolver resolver,
    ImageBatches? calibration,
    Action<string> say)
{
    private static readonly Dictionary<string, ReconstructionMethod> Methods = new(StringComparer.Ordinal)
    {
        ["adaround"] = ReconstructionMethod.AdaRound,
        ["brecq"] = ReconstructionMethod.Brecq,
        ["qdrop"] = ReconstructionMethod.QDrop,
    };

    /// <summary>Roundings that are learned from the calibration images.</summary>
    public static IReadOnlyList<string> Learned { get; } = [.. Methods.Keys];

    /// <summary>Every value of `--rounding`.</summary>
    public static IReadOnlyList<string> Names { get; } = [GroupDecision.Nearest, .. Learned];

    /// <summary>
    /// The learned numbers, with a report on each block; null for rounding to nearest and for plans with learned numbers.
    /// </summary>
    /// <param name="stateFolder">Stores finished blocks; the same command resumes after them.</param>
    /// <param name="share">The shared machine lock, which learning yields between two iterations to a waiting
    /// timer.</param>
    internal (LearnedParameters Parameters, QuantizeLearning Report)? Learn(
        QuantizePlan plan, string stateFolder, MachineShare share, CancellationToken cancellation)
    {
        if (plan.Learned is not null || request.Rounding is not { } name || !Methods.TryGetValue(name, out var method))
        {
            return null;
        }

        var images = calibration ?? throw new InvalidOperationException("Roundings are to be learned without calibration images.");
        var start = ReconstructionStart.Of(resolver.Resolve(translator.Settings(plan.Plan)));
        int iterations = request.Iterations ?? QuantizeRequest.DefaultIterations;
        var options = ReconstructionOptions.For(method, iterations, request.Seed) with { Device = request.Device ?? ComputeDevice.Cpu };
        long began = share.Clock.GetTimestamp();
        var progress = new Progress(say);
        var yielding = new Yielding(() => share.IsAwaited, () => share.GiveWay(cancellation));
        var state = new StateFolder(stateFolder, AtomicFile.Write);
        var result = Reconstructor.Run(network.Grouped, start, images, options, state, progress, share.Clock, cancellation, yielding);
        int resumed = progress.Finished ?? result.Blocks.Count;
        if (progress.Finished is null && result.Blocks.Count > 0)
        {
            say($"all {result.Blocks.Count} blocks were finished by an earlier run");
        }

        var report = QuantizeLearning.Of(result.Blocks, resumed, share.Clock.GetElapsedTime(began).TotalSeconds);
        say($"learned {result.Blocks.Count(block => block.Kept)} of {result.Blocks.Count} blocks by {name} in {report.Seconds:F1} "
            + $"s, {report.IterationsPerSecond:F1} iterations a second");
        return (result.Parameters, report);
    }

    /// <summary>Reports when a block begins, and at first how far an earlier run had got; called on the loop's own thread.</summary>
    private sealed class Progress(Action<string> say) : IProgress<ReconstructionProgress>
    {
        private int _block = -1;

        /// <summary>Blocks from an earlier run; null if nothing was left to learn.</summary>
        public int? Finished { get; private set; }

        public void Report(ReconstructionProgress value)
        {
            if (Finished is null)
            {
                Finished = value.Index;
                if (value.Index > 0)
                {
                    say($"going on at block {value.Index + 1} of {value.Count}: those before it were finished by an earlier run");
                }
            }

            if (value.Index != _block)
            {
                _block = value.Index;
                string pace = value.Remaining is { } left && value.IterationsPerSecond > 0
                    ? $" ({value.IterationsPerSecond:F0} iterations a second, {left.TotalSeconds:F0} s left)"
                    : "";
                say($"block {value.Index + 1} of {value.Count}: {value.Block}{pace}");
            }
        }
    }
}
