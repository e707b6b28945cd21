namespace Cluster.Client.Commands;

/// <summary>A file that `fetch` has downloaded.</summary>
/// <param name="TransferredBytes">Less than its size if a part of it existed already.</param>
internal sealed record FetchedFile(string Name, string Path, string Sha256, long SizeBytes, long TransferredBytes);
