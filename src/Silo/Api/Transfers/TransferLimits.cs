namespace Cluster.Silo.Api.Transfers;

/// <summary>The limits of concurrent uploads and downloads, and of the bytes of other requests.</summary>
internal sealed class TransferLimits(ApiOptions options)
{
    public StreamLimit Uploads { get; } = new(options.MaxUploads, "uploads");

    public StreamLimit Downloads { get; } = new(options.MaxDownloads, "downloads");

    public StreamLimit Requests { get; } = new(options.MaxRequestBytes, "bytes of requests", Reason.TooManyCalls);
}
