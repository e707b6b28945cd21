using System.Text.Json.Serialization;
using Cluster.Evaluation.Learning.Reconstruction;
using Cluster.Kernels.Correction;
using Cluster.Learning.Reconstruction.Blocks;

namespace Cluster.Evaluation.SingleSteps.Quantize;

/// <summary>Learns the roundings of `quantize`.</summary>
internal sealed class QuantizeRounding(JobRequest request, GivenPlan given, EvaluationSetup setup, Action<string> say)
{
    /// <summary>
    /// The learned numbers, with a report on each block; null for rounding to nearest and for plans with learned numbers.
    /// </summary>
    /// <param name="stateFolder">Stores finished blocks; the same command resumes after them.</param>
    /// <param name="share">The shared machine lock, which learning yields between two iterations to a waiting
    /// timer.</param>
    public QuantizeLearning? Learn(QuantizePlan plan, string stateFolder, MachineShare share, CancellationToken cancellation)
    {
        if (plan.Learned is null && given.Rounding == GroupDecision.WeightCorrection)
        {
            return Corrected(plan.Plan, share.Clock);
        }

        if (plan.Learned is not null || given.LearnedRounding is not { } method)
        {
            return null;
        }

        int iterations = request.Options.Iterations ?? JobOptions.UsualIterations;
        var options = ReconstructionOptions.For(method, iterations, request.Options.Seed) with
        {
            Device = given.Device ?? ComputeDevice.Cpu,
        };
        if (UnlearnedLayers.Words(setup.Network.Grouped, method) is { } unlearned)
        {
            say(unlearned);
        }

        long began = share.Clock.GetTimestamp();
        var progress = new BlockLines(given.Rounding!, say);
        var result = PlanReconstructor.Learn(
            setup, plan.Plan, options, stateFolder, progress, share, heldOutSeed: null, cancellation);
        if (progress.Resumed is null && result.Blocks.Count > 0)
        {
            say($"all {result.Blocks.Count} blocks were finished by an earlier run");
        }

        var learned = new QuantizeLearning(
            result.Parameters,
            result.Blocks,
            progress.Resumed ?? result.Blocks.Count,
            iterations,
            share.Clock.GetElapsedTime(began).TotalSeconds);
        say($"learned {result.Blocks.Count(block => block.Kept)} of {result.Blocks.Count} blocks by {given.Rounding} in "
            + $"{learned.Seconds:F1} s, {learned.IterationsPerSecond:F1} iterations a second");
        return learned;
    }

    private QuantizeLearning Corrected(Plan plan, TimeProvider clock)
    {
        long began = clock.GetTimestamp();
        var settings = setup.Translator.Settings(plan);
        var network = setup.Resolver.Resolve(settings);
        var layers = WeightMoments.Correct(network, setup.Statistics);
        say($"corrected mean and deviation of the weights of {layers.Count} layers");

        // Where biases are corrected by the outputs, the means are corrected with them. MatMul has none.
        var shifted = setup.Network.Grouped.Graph.Nodes.Where(node => layers.ContainsKey(node.Name)
            && !settings[setup.Network.Grouped.GroupOf(node)].BiasCorrection && node.OpType != "MatMul");
        var learned = new LearnedParameters
        {
            Weights = layers.ToDictionary(layer => layer.Key, layer => layer.Value.Weights, StringComparer.Ordinal),
            Biases = shifted.ToDictionary(
                node => node.Name,
                node => network.Bias(node).Zip(layers[node.Name].Shifts, (bias, shift) => bias + shift).ToArray(),
                StringComparer.Ordinal),
        };
        return new QuantizeLearning(learned, [], Resumed: 0, Iterations: 0, clock.GetElapsedTime(began).TotalSeconds);
    }
}

/// <summary>Learned roundings, and how they were learned.</summary>
/// <param name="Resumed">Blocks that an earlier run of the same command had finished, which were not learned again.</param>
/// <param name="Iterations">Asked for, of each block.</param>
/// <param name="Seconds">Wall time of this run.</param>
public sealed record QuantizeLearning(
    [property: JsonIgnore] LearnedParameters Parameters, IReadOnlyList<BlockOutcome> Blocks, int Resumed, int Iterations, double Seconds)
{
    /// <summary>Rate within the loops of the blocks.</summary>
    public double IterationsPerSecond =>
        Blocks.Sum(block => block.Seconds) is > 0 and var loops ? Blocks.Sum(block => (double)block.Iterations) / loops : 0;
}
