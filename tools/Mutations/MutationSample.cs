namespace Cluster.Mutations;

/// <summary>A good file, some bytes of which are damaged.</summary>
/// <param name="Name">Of the file, in the case's folder.</param>
/// <param name="Bytes">What is damaged.</param>
/// <param name="Wrap">
/// Makes the file of them, such as a packed one whose checksums are right; null where they are the file.
/// </param>
internal sealed record MutationSample(string Name, byte[] Bytes, Func<byte[], byte[]>? Wrap = null)
{
    /// <summary>The file with these bytes in place of the good ones.</summary>
    public byte[] File(byte[] bytes) => Wrap is null ? bytes : Wrap(bytes);
}
