namespace Cluster.DataSpecs.Names;

/// <summary>What is fetched of a data set: a file as it is, or an archive whose files are kept.</summary>
/// <param name="Address">Where its publisher, or who publishes for them, has it.</param>
/// <param name="Sha256">Of the bytes that are fetched, lower-case hexadecimal.</param>
/// <param name="Bytes">How many.</param>
public sealed record KnownDownload(Uri Address, string Sha256, long Bytes)
{
    /// <summary>The last part of the address.</summary>
    public string FileName => Address.Segments[^1];
}
