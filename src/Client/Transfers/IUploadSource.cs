namespace Cluster.Client.Transfers;

/// <summary>What is uploaded. It is written twice, once to know its digest, and must then be the same.</summary>
internal interface IUploadSource
{
    /// <summary>For people.</summary>
    string Name { get; }

    /// <summary>About how many bytes it is.</summary>
    long EstimatedBytes { get; }

    /// <summary>The same text for the same source.</summary>
    string Key { get; }

    Task WriteToAsync(Stream destination, CancellationToken cancellation);
}
