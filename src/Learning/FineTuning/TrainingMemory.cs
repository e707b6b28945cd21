using System.Text.Json.Serialization;
using Cluster.Learning.FineTuning.Checkpoints;

namespace Cluster.Learning.FineTuning;

/// <summary>
/// The state that the rest of a training depends on, saved to and restored from checkpoints. No random generator is saved: every random
/// number follows from the seed, the epoch and the image.
/// </summary>
/// <param name="trained">The tensors of the result.</param>
/// <param name="helpers">Tensors that only training needs.</param>
internal sealed class TrainingMemory(string identity, NamedTensors trained, NamedTensors helpers)
{
    private const string BestPrefix = "best/";

    private Dictionary<string, float[]> _best = [];

    public TrainingState State { get; set; } = new();

    /// <summary>Saves the current parameters as the best.</summary>
    public void KeepBest() => _best = trained.Copy();

    /// <summary>Restores the best parameters.</summary>
    public void TakeBest() => trained.Load(_best);

    public Checkpoint Save() => new(
        identity,
        JsonSerializer.Serialize(State),
        trained.Copy().Concat(helpers.Copy())
            .Concat(_best.Select(tensor => KeyValuePair.Create(BestPrefix + tensor.Key, tensor.Value)))
            .ToDictionary(StringComparer.Ordinal));

    public void Load(Checkpoint checkpoint)
    {
        State = StateOf(checkpoint);
        trained.Load(checkpoint.Tensors);
        helpers.Load(checkpoint.Tensors);
        _best = checkpoint.Tensors
            .Where(tensor => tensor.Key.StartsWith(BestPrefix, StringComparison.Ordinal))
            .ToDictionary(tensor => tensor.Key[BestPrefix.Length..], tensor => tensor.Value, StringComparer.Ordinal);
    }

    public static TrainingState StateOf(Checkpoint checkpoint) => JsonSerializer.Deserialize<TrainingState>(checkpoint.State)!;
}

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
