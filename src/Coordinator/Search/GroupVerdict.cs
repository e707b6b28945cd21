using System.Text.Json.Serialization;
using Cluster.Plans;

namespace Cluster.Coordinator.Search;

/// <summary>Why a group has the format it has in the winner.</summary>
/// <param name="Group">The group.</param>
/// <param name="Format">What the winner gives it.</param>
/// <param name="Kl">KL in nats of this group alone in the sweep's format, where the sweep was made.</param>
/// <param name="SqnrDb">Signal to noise in decibels of this group alone in the sweep's format, where the sweep was
/// made.</param>
/// <param name="PredictedSavedMs">
/// Its share of the milliseconds a run that the winner was measured to save beside FP32, changes of precision included; negative where it
/// costs. The shares of all groups that are not in FP32 add up to that difference. Of a group in FP32: what the fastest offered format
/// would save by the latency model, all others as they are.
/// </param>
/// <param name="Code">Why, as a closed kind.</param>
/// <param name="Reason">Why, in a sentence.</param>
public sealed record GroupVerdict(
    string Group,
    [property: JsonPropertyName("precision")] GroupFormat Format,
    double? Kl,
    double? SqnrDb,
    double? PredictedSavedMs,
    VerdictCode Code,
    string Reason);

/// <summary>Why a group has its precision.</summary>
public enum VerdictCode
{
    /// <summary>8 bits: faster and, where the winner is accurate enough, so together with all others.</summary>
    QuantizedFaster,

    /// <summary>8 bits although it saves nothing here: a change of precision around it would cost more.</summary>
    QuantizedWithNeighbours,

    /// <summary>FP32: accuracy was not reached with it in 8 bits.</summary>
    Float32ForAccuracy,

    /// <summary>FP32: 8 bits are slower here.</summary>
    Float32ForSpeed,

    /// <summary>FP32: it lies between groups in FP32, and two changes of precision would cost more than 8 bits save.</summary>
    Float32WithNeighbours,

    /// <summary>FP32: no quantized plan was faster than the network as it came.</summary>
    Float32NothingFaster,

    /// <summary>FP32: the job was asked to keep it so.</summary>
    Float32Asked,
}
