using System.Globalization;
using Cluster.Evaluation.Setup;
using Cluster.Kernels.Evaluation.Errors;
using Cluster.Kernels.Execution;
using Cluster.Kernels.Plans;
using Cluster.Plans;

namespace Cluster.Evaluation.Measuring;

/// <summary>Whether a plan loses channels of the network's outputs, and which group is at fault.</summary>
internal static class ChannelCheck
{
    private const int Images = 64;

    // Of an output as a whole, and of one channel of it.
    private const double LeastDecibels = 25;
    private const double LeastOfAChannel = 5;

    /// <summary>What is lost, in a sentence without its full stop, and the group that loses it alone; null if nothing is.</summary>
    /// <param name="network">The plan with its numbers.</param>
    public static (string Words, string? Group)? Of(
        EvaluationSetup setup, Plan plan, QuantizedNetwork network, ImageBatches samples, CancellationToken cancellation)
    {
        var some = samples.Take(Images);
        if (Dead(network) is not [var first, ..] all)
        {
            return null;
        }

        string? group = Enumerable.Range(0, plan.Groups.Count)
            .Where(index => !plan.Groups[index].Format.IsBaseline && Dead(Alone(index)).Any(IsFirst))
            .Select(index => plan.Groups[index].Group)
            .FirstOrDefault();
        string words = string.Create(
            CultureInfo.InvariantCulture,
            $"channel {first.Channel} along axis {first.Axis} of the output '{first.Output}' keeps {first.Decibels:0.0} dB of what it "
            + $"holds in FP32{(all.Count == 1 ? "" : $", and {all.Count - 1} others keep less than 5 dB")}");
        return (group is null
            ? $"{words}: keep more layers in FP32"
            : $"{words}: '{group}' does that alone, so keep it with --keep-fp32 '{group}'", group);

        IReadOnlyList<DeadChannel> Dead(QuantizedNetwork candidate) =>
            DeadChannels.Of(setup.Float32, candidate, some, setup.Cores, cancellation);

        bool IsFirst(DeadChannel other) => (other.Output, other.Axis, other.Channel) == (first.Output, first.Axis, first.Channel);

        QuantizedNetwork Alone(int index) => setup.Resolver.Resolve(setup.Translator.Settings(plan.With(
            Enumerable.Range(0, plan.Groups.Count).Where(other => other != index), GroupFormat.Baseline)));
    }

    /// <summary>The output that keeps least of FP32's, in a sentence without its full stop; null if all keep enough.</summary>
    /// <inheritdoc cref="Of"/>
    public static string? Weakest(
        EvaluationSetup setup, QuantizedNetwork network, ImageBatches samples, CancellationToken cancellation)
    {
        var some = samples.Take(Images);
        var weak = DeadChannels.Sums(setup.Float32, network, some, setup.Cores, cancellation)
            .SelectMany(output => output.Axes.Select(sums => (output.Output, sums.Overall, Worst: sums.Worst())))
            .Where(output => output.Overall < LeastDecibels || output.Worst?.Decibels < LeastOfAChannel)
            .OrderBy(output => Math.Min(output.Overall - LeastDecibels, (output.Worst?.Decibels ?? LeastDecibels) - LeastOfAChannel))
            .ToArray();
        return weak is not [(var name, var overall, { } worst), ..] ? null : string.Create(
            CultureInfo.InvariantCulture,
            $"the output '{name}' keeps {overall:0.0} dB of what it holds in FP32 on {some.Images.Count} samples, and its channel "
            + $"{worst.Channel} {worst.Decibels:0.0} dB: ./cluster errors names the groups at fault, keep these with --keep-fp32");
    }
}
