using System.Text.Json;

namespace Cluster.Kernels;

/// <summary>
/// The common form of the program's own binary files: 8 bytes of magic, the version and the length of the header (int32, little-endian), a
/// JSON header, the body, and the SHA-256 of all before it.
/// </summary>
/// <typeparam name="THeader">What the header says.</typeparam>
/// <param name="magic">Eight characters of ASCII.</param>
/// <param name="version">The version to write and to accept.</param>
/// <param name="name">The file's name, at the beginning of a sentence.</param>
/// <param name="isAnother">The text for bytes that are not such a file, with what to do, after "A file of N bytes".</param>
/// <param name="makeAgain">What to do about another version.</param>
/// <param name="repair">What to do about damage.</param>
internal sealed class SealedFile<THeader>(string magic, int version, string name, string isAnother, string makeAgain, string repair)
    where THeader : class
{
    private const int PrefixLength = 16;

    private readonly byte[] _magic = System.Text.Encoding.ASCII.GetBytes(magic);

    public byte[] Seal(THeader header, MemoryStream body)
    {
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(header, PlanJson.Strict);
        byte[] bytes = new byte[PrefixLength + json.Length + body.Length + SHA256.HashSizeInBytes];
        _magic.CopyTo(bytes, 0);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(8), version);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(12), json.Length);
        json.CopyTo(bytes, PrefixLength);
        body.Position = 0;
        body.ReadExactly(bytes, PrefixLength + json.Length, (int)body.Length);
        SHA256.HashData(bytes.AsSpan(0, bytes.Length - SHA256.HashSizeInBytes), bytes.AsSpan(bytes.Length - SHA256.HashSizeInBytes));
        return bytes;
    }

    /// <summary>Reads a file's header and the whole body.</summary>
    /// <exception cref="DamagedFileException">Another kind of file, another version, damaged, or malformed.</exception>
    public T Open<T>(byte[] bytes, Func<THeader, BinaryReader, T> read)
    {
        Verify(bytes);
        int length = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(12));
        int start = PrefixLength + length;
        try
        {
            var header = JsonSerializer.Deserialize<THeader>(bytes.AsSpan(PrefixLength, length), PlanJson.Strict)
                ?? throw new JsonException("its header is empty");
            using var body = new MemoryStream(bytes, start, bytes.Length - SHA256.HashSizeInBytes - start, writable: false);
            using var reader = new BinaryReader(body);
            var content = read(header, reader);
            return body.Position == body.Length
                ? content
                : throw new DamagedFileException($"{name} has {body.Length - body.Position} bytes too many; {makeAgain}.");
        }
        catch (Exception exception) when (exception is JsonException
            or IOException
            or ArgumentException
            or FormatException
            or InvalidOperationException
            or OverflowException)
        {
            throw new DamagedFileException($"{name} is malformed ({exception.Message}); {makeAgain}.", exception);
        }
    }

    private void Verify(byte[] bytes)
    {
        if (bytes.Length < PrefixLength + SHA256.HashSizeInBytes || !bytes.AsSpan(0, 8).SequenceEqual(_magic))
        {
            throw new DamagedFileException($"A file of {bytes.Length} bytes {isAnother}.");
        }

        int found = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(8));
        if (found != version)
        {
            throw new DamagedFileException($"{name} has version {found} and this program reads version {version}; {makeAgain}.");
        }

        int end = bytes.Length - SHA256.HashSizeInBytes;
        if (!SHA256.HashData(bytes.AsSpan(0, end)).AsSpan().SequenceEqual(bytes.AsSpan(end)))
        {
            throw new DamagedFileException($"{name} is damaged: its checksum does not match its content; {repair}.");
        }
    }
}

/// <summary>Arrays in the body of a <see cref="SealedFile{THeader}"/>, little-endian.</summary>
internal static class SealedBody
{
    public static void Write<T>(this MemoryStream body, T[] values)
        where T : unmanaged => body.Write(MemoryMarshal.AsBytes(values.AsSpan()));

    public static T[] Take<T>(this BinaryReader body, int count)
        where T : unmanaged
    {
        if ((long)count * Unsafe.SizeOf<T>() > body.BaseStream.Length - body.BaseStream.Position)
        {
            throw new EndOfStreamException("it ends too early");
        }

        var taken = new T[count];
        body.BaseStream.ReadExactly(MemoryMarshal.AsBytes(taken.AsSpan()));
        return taken;
    }
}
