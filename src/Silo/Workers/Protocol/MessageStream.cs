using System.Buffers.Binary;

namespace Cluster.Silo.Workers.Protocol;

/// <summary>Messages on a byte stream: a 32-bit little-endian length, then that many bytes of JSON in UTF-8.</summary>
internal static class MessageStream
{
    public const int Version = 7;

    /// <summary>Longest message in bytes: a larger length means corruption.</summary>
    public const int Longest = 256 << 20;

    private const int Header = 4;
    private const int FirstBuffer = 1 << 16;

    /// <summary>The bytes of a message, to be written at once.</summary>
    /// <typeparam name="T">The base type of the closed set that the message is one of.</typeparam>
    public static byte[] Frame<T>(T message)
    {
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(message, PlanJson.Options);
        if (json.Length > Longest)
        {
            throw new ProtocolException($"A message has {json.Length} bytes, more than the {Longest} that are allowed.");
        }

        byte[] frame = new byte[Header + json.Length];
        BinaryPrimitives.WriteInt32LittleEndian(frame, json.Length);
        json.CopyTo(frame, Header);
        return frame;
    }

    /// <summary>The next message, or null at the end of the stream.</summary>
    /// <exception cref="ProtocolException">The bytes are not a message.</exception>
    public static async Task<T?> ReadAsync<T>(Stream stream, CancellationToken cancellation)
        where T : class
    {
        byte[] header = new byte[Header];
        int read = await stream.ReadAtLeastAsync(header, Header, throwOnEndOfStream: false, cancellation);
        if (read == 0)
        {
            return null;
        }

        int length = BinaryPrimitives.ReadInt32LittleEndian(header);
        if (read < Header || length is <= 0 or > Longest)
        {
            throw new ProtocolException(
                read < Header ? "The stream ends within a message's length." : $"A message's length is said to be {(uint)length} bytes.");
        }

        // Grows as bytes arrive: a length alone must not allocate memory.
        byte[] body = new byte[Math.Min(length, FirstBuffer)];
        int filled = 0;
        while (true)
        {
            filled += await stream.ReadAtLeastAsync(body.AsMemory(filled), body.Length - filled, throwOnEndOfStream: false, cancellation);
            if (filled < body.Length)
            {
                throw new ProtocolException($"The stream ends after {filled} of a message's {length} bytes.");
            }

            if (filled == length)
            {
                return Parse<T>(body);
            }

            Array.Resize(ref body, (int)Math.Min(length, 2L * body.Length));
        }
    }

    private static T Parse<T>(byte[] body)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(body, PlanJson.Options) ?? throw new ProtocolException("A message is null.");
        }
        catch (Exception rubbish) when (rubbish is JsonException or NotSupportedException or JobException)
        {
            throw new ProtocolException($"A message of {body.Length} bytes cannot be read: {rubbish.Message}", rubbish);
        }
    }
}
