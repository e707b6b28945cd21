using System.Text.Json.Serialization;

namespace Cluster.Kernels.Learning.FineTuning;

/// <summary>The progress of a training, besides its tensors. Part of every checkpoint.</summary>
internal sealed record TrainingState
{
    /// <summary>Optimizer iterations done.</summary>
    [JsonPropertyName("Step")]
    public long Iteration { get; init; }

    /// <summary>Sum over the images of the epoch so far, nats.</summary>
    public double LossSum { get; init; }

    /// <summary>Images of the epoch so far.</summary>
    public long Images { get; init; }

    public IReadOnlyList<FineTuneEpoch> Log { get; init; } = [];

    /// <summary>The epoch whose parameters are kept.</summary>
    public int Best { get; init; }

    public int RolledBack { get; init; }

    public bool Ended { get; init; }
}
