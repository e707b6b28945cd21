namespace Cluster.Coordinator.Search.Repairs;

/// <summary>Roundings that were learned before the exploration, for plans to choose from.</summary>
/// <param name="Format">The format of the groups.</param>
/// <param name="Method">How they were learned.</param>
/// <param name="Iterations">Iterations per layer.</param>
/// <param name="Learned">SHA-256 of the learned numbers, by which plans name them; null if no layer's loss fell.</param>
/// <param name="Groups">The groups whose loss fell.</param>
/// <param name="Usual">
/// The groups of <paramref name="Groups"/> that use them by default in this format: all, the half that gained most, or none, whichever
/// makes the whole network diverge least from FP32 on the evaluation images.
/// </param>
/// <param name="Seconds">Wall time.</param>
public sealed record RepairTrial(
    GroupFormat Format,
    RepairMethod Method,
    int Iterations,
    string? Learned,
    IReadOnlyList<RepairedGroup> Groups,
    IReadOnlyList<string> Usual,
    double Seconds);
