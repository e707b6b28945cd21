namespace Cluster.Silo.Api.Transfers;

/// <summary>How many files come and go at once.</summary>
internal sealed class TransferLimits(ApiOptions options)
{
    public StreamLimit Uploads { get; } = new(options.MaxUploads, "uploads");

    public StreamLimit Downloads { get; } = new(options.MaxDownloads, "downloads");
}
