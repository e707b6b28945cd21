namespace Cluster.Evaluation.Nodes.Data;

/// <summary>How much a tar may unpack to.</summary>
/// <param name="Bytes">Of all files together.</param>
/// <param name="Entries">Files and folders.</param>
internal sealed record TarLimits(long Bytes, int Entries)
{
    /// <summary>Room for the images of a large evaluation set as files.</summary>
    public static TarLimits Default { get; } = new(64L << 30, 2_000_000);
}
