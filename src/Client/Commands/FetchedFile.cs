namespace Cluster.Client.Commands;

/// <summary>A file that `fetch` has put in its place.</summary>
/// <param name="TransferredBytes">Less than its size if some of it was there already.</param>
internal sealed record FetchedFile(string Name, string Path, string Sha256, long SizeBytes, long TransferredBytes);
