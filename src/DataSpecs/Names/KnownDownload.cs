namespace Cluster.DataSpecs.Names;

/// <summary>A download of a data set: a plain file, or an archive whose files are kept.</summary>
/// <param name="Address">The address at its publisher, or at a mirror.</param>
/// <param name="Sha256">Digest of the downloaded bytes, lower-case hexadecimal.</param>
/// <param name="Bytes">Number of bytes.</param>
public sealed record KnownDownload(Uri Address, string Sha256, long Bytes)
{
    /// <summary>The last part of the address.</summary>
    public string FileName => Address.Segments[^1];
}
