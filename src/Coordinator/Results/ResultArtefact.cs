namespace Cluster.Coordinator.Results;

/// <summary>A file.</summary>
/// <param name="Path">Its path, relative to the result; absent if only its digest was kept.</param>
/// <param name="Sha256">Digest of its bytes.</param>
/// <param name="ExactOn">
/// For the winner: the processors on which its integer products are exact, proved from its codes; absent if it has none.
/// </param>
public sealed record ResultArtefact(string? Path, string Sha256, string? ExactOn = null);
