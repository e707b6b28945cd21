using System.Buffers.Binary;
using System.IO.Compression;

namespace Cluster.DataSpecs;

/// <summary>A file read from its start, decompressed if its first bytes are those of gzip.</summary>
public sealed class DataFile : IDisposable
{
    private readonly Stream _stream;

    // Decoded length modulo 2^32 from gzip's last four bytes (RFC 1952); null for a plain file.
    private readonly uint? _promisedLength;

    private DataFile(Stream stream, string path, long? length, uint? promisedLength)
    {
        _stream = stream;
        Path = path;
        Length = length;
        _promisedLength = promisedLength;
    }

    /// <summary>The path in the form for errors.</summary>
    public string Path { get; }

    /// <summary>Decoded length in bytes; null if it is known only at the end.</summary>
    public long? Length { get; }

    /// <summary>Decoded bytes read so far.</summary>
    public long Position { get; private set; }

    /// <summary>Opens a file.</summary>
    /// <param name="source">The data spec that names it, for errors.</param>
    /// <exception cref="MissingDataException">The file does not exist.</exception>
    /// <exception cref="DataSpecException">The file cannot or must not be read.</exception>
    public static DataFile Open(string fullPath, string source, DataAccess access) => Reading(fullPath, source, access, file =>
    {
        string path = access.Shown(fullPath);
        Span<byte> magic = stackalloc byte[2];
        bool gzip = file.ReadAtLeast(magic, magic.Length, throwOnEndOfStream: false) == 2 && magic is [0x1f, 0x8b];
        if (!gzip)
        {
            file.Position = 0;
            return new DataFile(file, path, file.Length, promisedLength: null);
        }

        Span<byte> trailer = stackalloc byte[4];
        file.Position = Math.Max(0, file.Length - trailer.Length);
        file.ReadExactly(trailer);
        file.Position = 0;
        return new DataFile(
            new GZipStream(file, CompressionMode.Decompress), path, length: null, BinaryPrimitives.ReadUInt32LittleEndian(trailer));
    });

    /// <summary>Opens a file for random access, without decompression; the caller disposes of it.</summary>
    /// <inheritdoc cref="Open"/>
    public static FileStream OpenSeekable(string fullPath, string source, DataAccess access) =>
        Reading(fullPath, source, access, file => file);

    private static T Reading<T>(string fullPath, string source, DataAccess access, Func<FileStream, T> read)
    {
        if (!File.Exists(access.Resolve(fullPath)))
        {
            throw MissingFile.Error(fullPath, source, access);
        }

        string path = access.Shown(fullPath);
        FileStream? file = null;
        try
        {
#pragma warning disable CA2000 // The reader owns it.
            file = access.OpenRead(fullPath);
#pragma warning restore CA2000
            return read(file);
        }
        catch (NotRegularFileException exception)
        {
            string message = $"The path '{path}' of '{source}' is a pipe, a socket or a device where a file is expected; name a file.";
            throw new DataSpecException(message, exception) { WithoutContent = message };
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            file?.Dispose();
            throw new DataSpecException(
                $"The file '{path}' of '{source}' cannot be "
                + $"read{(access.IsConfined ? string.Empty : $" ({exception.Message.TrimEnd('.')})")}; check its permissions.",
                exception);
        }
    }

    /// <summary>The whole decoded content of a small file (a photograph, a list).</summary>
    /// <exception cref="DataSpecException">It cannot be read, is damaged, or is larger than the limit.</exception>
    public static byte[] ReadAll(string fullPath, string source, long maximumBytes, DataAccess access)
    {
        using DataFile file = Open(fullPath, source, access);
        using MemoryStream content = new();
        byte[] chunk = new byte[1 << 16];
        for (int read = file.Read(chunk); read > 0; read = file.Read(chunk))
        {
            content.Write(chunk, 0, read);
            if (content.Length > maximumBytes)
            {
                throw new DataSpecException(
                    $"The file '{file.Path}' of '{source}' is larger than {maximumBytes} bytes when decoded, which is more than "
                    + "such a file needs; check that it is the right one.");
            }
        }

        return content.ToArray();
    }

    /// <summary>Fills <paramref name="destination"/> up to the end of the file and returns the number of bytes read.</summary>
    /// <exception cref="DataSpecException">The file is damaged or cut short.</exception>
    public int Read(Span<byte> destination)
    {
        int read;
        try
        {
            read = _stream.ReadAtLeast(destination, destination.Length, throwOnEndOfStream: false);
        }
        catch (InvalidDataException exception)
        {
            throw new DataSpecException(
                $"The gzip file '{Path}' is damaged ({exception.Message.TrimEnd('.')}, after {Position} decoded bytes); fetch it again.",
                exception);
        }

        Position += read;

        // GZipStream ends silently on a truncated file; only the length in the trailer reveals it.
        return read == destination.Length || _promisedLength is null || _promisedLength == unchecked((uint)Position)
            ? read
            : throw new DataSpecException(
                $"The gzip file '{Path}' is cut short: found {Position} decoded bytes, expected {_promisedLength} by its last "
                + "four bytes; fetch it again (a file of several gzip members joined must be compressed again as one).");
    }

    /// <summary>Skips bytes, up to the end of the file: those of a plain file are not read.</summary>
    /// <exception cref="DataSpecException">The file is damaged or cut short.</exception>
    public void Skip(long bytes)
    {
        if (Length is long length)
        {
            Position = _stream.Position = Math.Min(length, Position + bytes);
            return;
        }

        byte[] passed = new byte[Math.Min(bytes, 1 << 16)];
        for (long left = bytes; left > 0;)
        {
            int read = Read(passed.AsSpan(0, (int)Math.Min(left, passed.Length)));
            left = read == 0 ? 0 : left - read;
        }
    }

    /// <summary>Fills <paramref name="destination"/>; the error states the file's real length and the length in its header.</summary>
    /// <exception cref="DataSpecException">The file is damaged or cut short.</exception>
    public void ReadExactly(Span<byte> destination, long expectedLength)
    {
        if (Read(destination) < destination.Length)
        {
            throw new DataSpecException(
                $"The file '{Path}' is cut short: found {Position} bytes, expected {expectedLength}; fetch it again.");
        }
    }

    /// <summary>Checks that the file ends here; for a plain file, that it has this length, at any position.</summary>
    /// <exception cref="DataSpecException">The file is longer.</exception>
    public void RequireEnd(long expectedLength)
    {
        Span<byte> rest = stackalloc byte[1];
        if (Length is long length ? length > expectedLength : Read(rest) > 0)
        {
            throw new DataSpecException(
                $"The file '{Path}' goes on after the {expectedLength} bytes that its header promises; it is not what its header "
                + "says, fetch it again.");
        }
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _stream.Dispose();
}
