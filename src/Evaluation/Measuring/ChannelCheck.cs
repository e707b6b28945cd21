using Cluster.Kernels.LayerErrors;

namespace Cluster.Evaluation.Measuring;

/// <summary>Whether a plan loses channels of the network's outputs, and which group is at fault.</summary>
internal sealed class ChannelCheck
{
    /// <summary>Samples that are enough.</summary>
    public const int Images = 64;

    /// <summary>Of an output as a whole, dB.</summary>
    public const double LeastDecibels = 25;

    // Share of an output of whole numbers, such as classes of pixels.
    private const double MostChanged = 0.05;

    private readonly EvaluationSetup _setup;
    private readonly ImageBatches _some;
    private readonly CancellationToken _cancellation;
    private readonly OutputSums _outputs;

    /// <summary>Runs the network beside FP32.</summary>
    /// <param name="network">A plan with its numbers.</param>
    /// <param name="samples">The first of them are run.</param>
    public ChannelCheck(EvaluationSetup setup, QuantizedNetwork network, ImageBatches samples, CancellationToken cancellation)
    {
        (_setup, _some, _cancellation) = (setup, samples.Take(Images), cancellation);
        _outputs = Outputs(network);
    }

    /// <summary>The samples that are run.</summary>
    public ImageBatches Samples => _some;

    /// <summary>The channel of all outputs that keeps least of what it holds in FP32; null if nothing is noisy.</summary>
    public OutputChannel? Worst => _outputs.Channels
        .Select(output => (output.Output, output.Sums.Axis, Found: output.Sums.Worst()))
        .Where(channel => channel.Found is { } found && double.IsFinite(found.Decibels))
        .OrderBy(channel => channel.Found!.Value.Decibels)
        .Select(channel => new OutputChannel(
            channel.Output, channel.Axis, channel.Found!.Value.Channel, channel.Found.Value.Decibels))
        .FirstOrDefault();

    /// <summary>
    /// What the gate of a job says of a file's channels: why it may not win, in a sentence, unless the job allows that; the group at fault,
    /// if one is; the worst channel; and the samples that keep hardly more than noise.
    /// </summary>
    public static (string? Failure, string? Group, OutputChannel? Worst, QuietSamples? Quiet) Judge(
        EvaluationSetup setup, BuiltArtefact artefact, Plan plan, CancellationToken cancellation)
    {
        var check = new ChannelCheck(setup, artefact.Network!, setup.Evaluation, cancellation);
        return !setup.AllowsLostChannels && check.Lost(plan) is (var words, var group)
            ? ($"{char.ToUpperInvariant(words[0])}{words[1..]}, or allow it with {JobLimits.LostChannels.Name} "
                + $"{JobLimit.WordOf(ChannelLoss.Allow)} where nobody reads it.", group, check.Worst, check.Quiet)
            : (null, null, check.Worst, check.Quiet);
    }

    /// <summary>What is lost, in a sentence without its full stop, and the group that loses it alone; null if nothing is.</summary>
    /// <param name="plan">The network's.</param>
    public (string Words, string? Group)? Lost(Plan plan)
    {
        if (_outputs.Dead.ToArray() is not [var first, ..] all)
        {
            return null;
        }

        int[] quantized = [.. Enumerable.Range(0, plan.Groups.Count).Where(index => !plan.Groups[index].Format.IsBaseline)];
        string? group = Culprit(quantized) is { } culprit ? plan.Groups[culprit].Group : null;
        string words = new OutputChannel(first.Output, first.Axis, first.Channel, first.Decibels).Words
            + (all.Length == 1 ? string.Empty : $", and {all.Length - 1} others keep less than 5 dB");
        return (group is null
            ? $"{words}: several groups lose it together, keep more of them in FP32"
            : $"{words}: '{group}' does that alone, so keep it with --keep-fp32 '{group}'", group);

        bool IsFirst(DeadChannel other) => (other.Output, other.Axis, other.Channel) == (first.Output, first.Axis, first.Channel);

        // A half that keeps the channel holds no group at fault: noise adds up.
        int? Culprit(int[] suspects) => suspects.Length == 0 || !Outputs(Alone(suspects)).Dead.Any(IsFirst) ? null
            : suspects.Length == 1 ? suspects[0]
            : Culprit(suspects[..(suspects.Length / 2)]) ?? Culprit(suspects[(suspects.Length / 2)..]);

        QuantizedNetwork Alone(int[] groups) => _setup.Resolver.Resolve(_setup.Translator.Settings(
            plan.With(Enumerable.Range(0, plan.Groups.Count).Except(groups), GroupFormat.Baseline)));
    }

    /// <summary>The output that keeps least of FP32's, in a sentence without its full stop; null if all keep enough.</summary>
    public string? Weakest() => Weakest(_outputs) is not { } weak ? null : string.Create(
        CultureInfo.InvariantCulture,
        $"the output '{weak.Output}' keeps {weak.Overall:0.0} dB of what it holds in FP32 on {_some.Images.Count} samples, and its channel "
        + $"{weak.Channel} {weak.Decibels:0.0} dB");

    /// <summary>
    /// The samples that keep hardly more than noise of an output, and the whole numbers that change, in a sentence without its full stop;
    /// null if they are few.
    /// </summary>
    public string? Uneven() => Quiet?.Words ?? Changed();

    /// <summary>The samples that keep hardly more than noise, of the output with most of them; null if they are few.</summary>
    public QuietSamples? Quiet => QuietOf(_outputs);

    /// <summary>Whether a network's outputs keep what this check asks for.</summary>
    /// <param name="least">Of an output as a whole, dB.</param>
    public static bool IsEnough(OutputSums outputs, double least) =>
        !outputs.Dead.Any() && Weakest(outputs, least) is null && QuietOf(outputs) is null && outputs.Whole.All(output => !IsOther(output));

    /// <summary>
    /// How far the outputs are above what this check asks for: dB of the one that keeps least, negative below; then the share of whole
    /// numbers that stay.
    /// </summary>
    public static (double Decibels, double Same) Margin(OutputSums outputs) => (
        outputs.Channels
            .SelectMany(output => new[]
            {
                output.Sums.Overall - LeastDecibels,
                (output.Sums.Worst()?.Decibels ?? double.PositiveInfinity) - OutputChannel.LeastDecibels,
            })
            .DefaultIfEmpty(double.PositiveInfinity)
            .Min(),
        outputs.Whole.Select(output => 1 - ((double)output.Changed / output.Elements)).DefaultIfEmpty(1).Min());

    private static QuietSamples? QuietOf(OutputSums outputs) => outputs.Samples
        .Select(output => new QuietSamples(output.Output, output.Sums.Below(OutputChannel.LeastDecibels), output.Sums.Count))
        .Where(quiet => quiet.Samples > (1 - JobOptions.UsualSampleShare) * quiet.Of)
        .OrderByDescending(quiet => quiet.Samples)
        .FirstOrDefault();

    /// <summary>An output that is 0 on all samples, in a sentence without its full stop; null if there is none.</summary>
    public string? Silent() => _outputs.Channels
        .Where(output => Enumerable.Range(0, output.Sums.Count).All(channel => output.Sums.Signal(channel) == 0))
        .Select(output => $"the output '{output.Output}' is 0 in FP32 on all {_some.Images.Count} samples, so that what the file keeps of "
            + "it is unknown: give samples on which it is not")
        .FirstOrDefault();

    /// <summary>As <see cref="Weakest()"/>, on samples that the ranges were not chosen from; null also if nothing is held out.</summary>
    /// <param name="heldOut">Networks of the plan whose ranges follow from other samples than those beside them.</param>
    public string? Unseen(IEnumerable<(QuantizedNetwork Network, ImageBatches Samples)> heldOut)
    {
        var unseen = heldOut
            .Select(part => OutputSums.Of(_setup.Float32, part.Network, part.Samples, _setup.Cores, _cancellation))
            .Aggregate(OutputSums.None, (all, part) => all.With(part));
        return Weakest(unseen) is not { } weak ? null : string.Create(
            CultureInfo.InvariantCulture,
            $"the output '{weak.Output}' keeps {weak.Overall:0.0} dB of what it holds in FP32, and its channel {weak.Channel} "
            + $"{weak.Decibels:0.0} dB, on samples of --data when only the others calibrate: they are too few to show how far values "
            + $"reach, so give more");
    }

    private string? Changed() => _outputs.Whole
        .Where(IsOther)
        .Select(output => string.Create(
            CultureInfo.InvariantCulture,
            $"the output '{output.Output}' holds other whole numbers than FP32's in {100.0 * output.Changed / output.Elements:0.0} % of "
            + $"its elements on {_some.Images.Count} samples"))
        .FirstOrDefault();

    private static bool IsOther((string Output, long Changed, long Elements) output) => output.Changed > MostChanged * output.Elements;

    private static (string Output, double Overall, int Channel, double Decibels)? Weakest(
        OutputSums outputs, double least = LeastDecibels) => outputs.Channels
            .Select(output => (output.Output, output.Sums.Overall, Worst: output.Sums.Worst()))
            .Where(output => output.Overall < least || output.Worst?.Decibels < OutputChannel.LeastDecibels)
            .OrderBy(output => Math.Min(
                output.Overall - least, (output.Worst?.Decibels ?? least) - OutputChannel.LeastDecibels))
            .Select(output => output.Worst is { } worst
                ? ((string, double, int, double)?)(output.Output, output.Overall, worst.Channel, worst.Decibels)
                : null)
            .FirstOrDefault();

    private OutputSums Outputs(QuantizedNetwork network) =>
        OutputSums.Of(_setup.Float32, network, _some, _setup.Cores, _cancellation);
}
