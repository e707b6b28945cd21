namespace Cluster.Client.Transfers;

/// <summary>The source of an upload. It is written twice, the first time for its digest, and must be the same both times.</summary>
internal interface IUploadSource
{
    /// <summary>Its name for people.</summary>
    string Name { get; }

    /// <summary>Its approximate size in bytes.</summary>
    long EstimatedBytes { get; }

    /// <summary>A key that is equal for equal sources.</summary>
    string Key { get; }

    Task WriteToAsync(Stream destination, CancellationToken cancellation);
}
