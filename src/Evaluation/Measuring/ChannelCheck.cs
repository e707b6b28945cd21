using System.Globalization;
using Cluster.Evaluation.Setup;
using Cluster.Kernels.Evaluation.Errors;
using Cluster.Kernels.Evaluation.Measurement;
using Cluster.Kernels.Execution;
using Cluster.Kernels.Plans;
using Cluster.Plans;

namespace Cluster.Evaluation.Measuring;

/// <summary>Whether a plan loses channels of the network's outputs, and which group is at fault.</summary>
internal sealed class ChannelCheck
{
    private const int Images = 64;

    // Of an output as a whole, and of one channel of it.
    private const double LeastDecibels = 25;
    private const double LeastOfAChannel = 5;

    private readonly EvaluationSetup _setup;
    private readonly ImageBatches _some;
    private readonly CancellationToken _cancellation;
    private readonly IReadOnlyList<(string Output, ChannelSums Sums)> _outputs;

    /// <summary>Runs the network beside FP32.</summary>
    /// <param name="network">A plan with its numbers.</param>
    /// <param name="samples">The first of them are run.</param>
    public ChannelCheck(EvaluationSetup setup, QuantizedNetwork network, ImageBatches samples, CancellationToken cancellation)
    {
        (_setup, _some, _cancellation) = (setup, samples.Take(Images), cancellation);
        _outputs = Outputs(network);
    }

    /// <summary>What is lost, in a sentence without its full stop, and the group that loses it alone; null if nothing is.</summary>
    /// <param name="plan">The network's.</param>
    public (string Words, string? Group)? Lost(Plan plan)
    {
        if (DeadChannels.In(_outputs).ToArray() is not [var first, ..] all)
        {
            return null;
        }

        string? group = Enumerable.Range(0, plan.Groups.Count)
            .Where(index => !plan.Groups[index].Format.IsBaseline && DeadChannels.In(Outputs(Alone(index))).Any(IsFirst))
            .Select(index => plan.Groups[index].Group)
            .FirstOrDefault();
        string words = string.Create(
            CultureInfo.InvariantCulture,
            $"channel {first.Channel} along axis {first.Axis} of the output '{first.Output}' keeps {first.Decibels:0.0} dB of what it "
            + $"holds in FP32{(all.Length == 1 ? "" : $", and {all.Length - 1} others keep less than 5 dB")}");
        return (group is null
            ? $"{words}: keep more layers in FP32"
            : $"{words}: '{group}' does that alone, so keep it with --keep-fp32 '{group}'", group);

        bool IsFirst(DeadChannel other) => (other.Output, other.Axis, other.Channel) == (first.Output, first.Axis, first.Channel);

        QuantizedNetwork Alone(int index) => _setup.Resolver.Resolve(_setup.Translator.Settings(plan.With(
            Enumerable.Range(0, plan.Groups.Count).Where(other => other != index), GroupFormat.Baseline)));
    }

    /// <summary>The output that keeps least of FP32's, in a sentence without its full stop; null if all keep enough.</summary>
    public string? Weakest()
    {
        var weak = _outputs
            .Select(output => (output.Output, output.Sums.Overall, Worst: output.Sums.Worst()))
            .Where(output => output.Overall < LeastDecibels || output.Worst?.Decibels < LeastOfAChannel)
            .OrderBy(output => Math.Min(output.Overall - LeastDecibels, (output.Worst?.Decibels ?? LeastDecibels) - LeastOfAChannel))
            .ToArray();
        return weak is not [(var name, var overall, { } worst), ..] ? null : string.Create(
            CultureInfo.InvariantCulture,
            $"the output '{name}' keeps {overall:0.0} dB of what it holds in FP32 on {_some.Images.Count} samples, and its channel "
            + $"{worst.Channel} {worst.Decibels:0.0} dB: ./cluster errors names the groups at fault, keep these with --keep-fp32");
    }

    private IReadOnlyList<(string Output, ChannelSums Sums)> Outputs(QuantizedNetwork network) =>
        DeadChannels.Sums(_setup.Float32, network, _some, _setup.Cores, _cancellation);
}
