using System.Globalization;

namespace Cluster.Coordinator.Work;

/// <summary>Whether a plan's artefact behaves in its runtime like its simulation, which publishing requires.</summary>
/// <param name="Finding">The comparison.</param>
/// <param name="Failure">Why the artefact is refused, in a sentence; null if it passes.</param>
/// <param name="Groups">
/// Groups to decide differently, in the order of execution: those with a tensor that differs although both were fed the same numbers, or,
/// if only outputs differ, the likeliest cause. Empty if it passes, or none can be named.
/// </param>
/// <param name="Seconds">Wall time.</param>
public sealed record ParityResult(ParityFinding Finding, string? Failure, IReadOnlyList<string> Groups, double Seconds = 0) : WorkResult;

/// <summary>
/// The parity gate's finding, a plan's file in its runtime against its simulation: by tensor if the runtime exposes codes, and end to end
/// (ADR 49). Divergences are means over the images, in nats if outputs are scores, and half of noise over signal if they are values.
/// </summary>
/// <param name="Passed">Whether the file may be published.</param>
/// <param name="Images">Images that both ran; 0 if the file was not worth running.</param>
/// <param name="Tensors">Tensors whose codes were compared; 0 if the runtime exposes none.</param>
public sealed record ParityFinding(bool Passed, int Images, int Tensors)
{
    /// <summary>
    /// Largest difference of any code, with the simulation fed the runtime's codes tensor by tensor; null if none was compared.
    /// </summary>
    public int? MaxCodeDifference { get; init; }

    /// <summary>Share of equal codes, counting ties as equal, in the tensor with the fewest, 0 to 1; null if none was compared.</summary>
    public double? ExactShare { get; init; }

    /// <summary>The tensor with the smallest share, if any code differs.</summary>
    public string? WorstTensor { get; init; }

    /// <summary>The group of that tensor.</summary>
    public string? WorstGroup { get; init; }

    /// <summary>Divergence of the runtime's outputs from the simulation's; null if they were not run, or are not finite.</summary>
    public double? Divergence { get; init; }

    /// <summary>Divergence of the simulation's outputs from FP32's: the effect of the plan itself.</summary>
    public double? PlanDivergence { get; init; }

    /// <summary>The largest <see cref="Divergence"/> that passes.</summary>
    public double? AllowedDivergence { get; init; }

    /// <summary>Share of images with the same top-1 class in both, 0 to 1; null if outputs are values. It has no bound.</summary>
    public double? Top1Agreement { get; init; }

    /// <summary>
    /// The channel of all outputs that keeps least of what it holds in FP32, in the simulation on a few images; null if nothing is noisy.
    /// </summary>
    public OutputChannel? WorstChannel { get; init; }

    /// <summary>Samples that keep hardly more than noise of an output, if these are more than a few.</summary>
    public QuietSamples? Quiet { get; init; }

    /// <summary>Labelled images that are right in the simulation and wrong in the runtime; null without labels.</summary>
    public int? Lost { get; init; }

    /// <summary>Labelled images that are wrong in the simulation and right in the runtime; null without labels.</summary>
    public int? Gained { get; init; }
}

/// <summary>A channel of one of the network's outputs.</summary>
/// <param name="Output">The output's name.</param>
/// <param name="Axis">The output's axis along which the channels lie.</param>
/// <param name="Channel">Its index, from 0.</param>
/// <param name="Decibels">Signal to noise that a plan keeps of what it holds in FP32, dB.</param>
public sealed record OutputChannel(string Output, int Axis, int Channel, double Decibels)
{
    /// <summary>Below this a channel is hardly more than noise, dB.</summary>
    public const double LeastDecibels = 5;

    /// <summary>Whether it is hardly more than noise.</summary>
    [JsonIgnore]
    public bool IsWeak => Decibels < LeastDecibels;

    /// <summary>
    /// "channel 3 along axis 1 of the output 'scores' keeps 7.2 dB of what it holds in FP32"; along axis 0, of samples, lies one channel.
    /// </summary>
    [JsonIgnore]
    public string Words => (Axis == 0 ? string.Empty : $"channel {Channel} along axis {Axis} of ")
        + string.Create(CultureInfo.InvariantCulture, $"the output '{Output}' keeps {Decibels:0.0} dB of what it holds in FP32");
}

/// <summary>Samples of which a plan keeps hardly more than noise, which a sum over all samples hides: loud ones make it up.</summary>
/// <param name="Output">The output's name.</param>
/// <param name="Samples">How many keep less than 5 dB.</param>
/// <param name="Of">How many were looked at.</param>
public sealed record QuietSamples(string Output, int Samples, int Of)
{
    /// <summary>"45 of 64 samples keep less than 5 dB of what the output 'y' holds in FP32 …", without a full stop.</summary>
    [JsonIgnore]
    public string Words => $"{Samples} of {Of} samples keep less than {OutputChannel.LeastDecibels} dB of what the output '{Output}' "
        + "holds in FP32, which a figure over all samples hides: quantize layers less, or bring samples to one loudness before the network";
}
