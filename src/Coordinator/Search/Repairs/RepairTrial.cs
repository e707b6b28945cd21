using Cluster.Coordinator.Model.Options;
using Cluster.Coordinator.Work;
using Cluster.Plans;

namespace Cluster.Coordinator.Search.Repairs;

/// <summary>Roundings that were learned before the exploration, for plans to choose from.</summary>
/// <param name="Format">Of the groups.</param>
/// <param name="Method">How they were learned.</param>
/// <param name="Iterations">A layer.</param>
/// <param name="Learned">SHA-256 of what was learned, as plans name it; null where no layer's loss fell.</param>
/// <param name="Groups">Those whose loss fell.</param>
/// <param name="Usual">
/// Groups of <paramref name="Groups"/> that have it wherever they get this format: all, the half that gained most, or none, as the whole
/// network in this format diverged least from FP32 on the evaluation images.
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
