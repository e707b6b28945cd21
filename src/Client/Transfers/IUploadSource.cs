namespace Cluster.Client.Transfers;

/// <summary>
/// What is uploaded. It is written twice, the first time for its digest, and must be the same both times.
/// </summary>
internal interface IUploadSource
{
    /// <summary>What people call it.</summary>
    string Name { get; }

    /// <summary>About how many bytes it is.</summary>
    long EstimatedBytes { get; }

    /// <summary>The same text for the same source.</summary>
    string Key { get; }

    Task WriteToAsync(Stream destination, CancellationToken cancellation);
}
