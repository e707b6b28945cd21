namespace Cluster.Evaluation.Nodes.Data;

/// <summary>Limits for unpacking a tar.</summary>
/// <param name="Bytes">The most bytes of all files together.</param>
/// <param name="Entries">The most files and folders.</param>
internal sealed record TarLimits(long Bytes, int Entries)
{
    /// <summary>Enough for the images of a large evaluation set as files.</summary>
    public static TarLimits Default { get; } = new(64L << 30, 2_000_000);
}
