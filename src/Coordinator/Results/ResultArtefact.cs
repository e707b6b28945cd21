namespace Cluster.Coordinator.Results;

/// <summary>A file.</summary>
/// <param name="Path">Where it lies, relative to the result; absent where only its digest was kept.</param>
/// <param name="Sha256">Digest of its bytes.</param>
/// <param name="ExactOn">
/// Of the winner's: the processors on which its integer products are exact, proved from its codes; absent where it has none.
/// </param>
public sealed record ResultArtefact(string? Path, string Sha256, string? ExactOn = null);
