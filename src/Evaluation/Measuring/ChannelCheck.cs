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
}
