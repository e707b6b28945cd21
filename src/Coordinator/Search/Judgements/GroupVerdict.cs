namespace Cluster.Coordinator.Search.Judgements;

/// <summary>Why a group has the format it has in the winner.</summary>
/// <param name="Group">The group.</param>
/// <param name="Format">Its format in the winner.</param>
/// <param name="Kl">KL in nats of this group alone in the sweep's format, if swept.</param>
/// <param name="SqnrDb">Signal to noise in decibels of this group alone in the sweep's format, if swept.</param>
/// <param name="PredictedSavedMs">
/// Its share of the milliseconds per run that the winner was measured to save relative to FP32, changes of precision included; negative if
/// it costs time. The shares of all groups not in FP32 add up to that difference. For a group in FP32: the saving of the fastest offered
/// format by the latency model, with all other groups unchanged.
/// </param>
/// <param name="Code">Why, as a closed kind.</param>
/// <param name="Reason">Why, in a sentence.</param>
public sealed record GroupVerdict(
    string Group,
    GroupFormat Format,
    double? Kl,
    double? SqnrDb,
    double? PredictedSavedMs,
    VerdictCode Code,
    string Reason);

/// <summary>Why a group has its precision.</summary>
public enum VerdictCode
{
    /// <summary>8 bits: faster and, if the winner is accurate enough, also together with all others.</summary>
    QuantizedFaster,

    /// <summary>8 bits although it saves nothing here: a change of precision around it would cost more.</summary>
    QuantizedWithNeighbours,

    /// <summary>FP32: accuracy was not reached with it in 8 bits.</summary>
    Float32ForAccuracy,

    /// <summary>FP32: 8 bits are slower here.</summary>
    Float32ForSpeed,

    /// <summary>FP32: it lies between groups in FP32, and two changes of precision would cost more than 8 bits save.</summary>
    Float32WithNeighbours,

    /// <summary>FP32: no quantized plan was faster than the original network.</summary>
    Float32NothingFaster,

    /// <summary>FP32: as the job requested.</summary>
    Float32Asked,
}
