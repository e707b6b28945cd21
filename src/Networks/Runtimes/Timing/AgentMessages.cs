using System.Text.Json.Serialization;

namespace Cluster.Networks.Runtimes.Timing;

/// <summary>What a timing agent says first.</summary>
/// <param name="Machine">Processor or board, cores and instruction set.</param>
/// <param name="Runtime">The runtime with its version.</param>
public sealed record AgentHello(string Machine, string Runtime);

/// <summary>A request to a timing agent. The bytes of the files that are sent follow, then those of the inputs.</summary>
/// <param name="Files">The digests of the networks, in order.</param>
/// <param name="Sent">Those of them that the previous request did not name.</param>
/// <param name="Inputs">One for each input of the networks, in order.</param>
/// <param name="Threads">Threads of the runtime in one run.</param>
/// <param name="Sittings">How they are timed in turn; null: the kernels of the first are timed.</param>
public sealed record AgentRequest(
    IReadOnlyList<string> Files, IReadOnlyList<AgentFile> Sent, IReadOnlyList<AgentInput> Inputs, int Threads, SittingOptions? Sittings);

/// <summary>A network.</summary>
/// <param name="Digest">SHA-256.</param>
/// <param name="Bytes">Its length.</param>
public sealed record AgentFile(string Digest, int Bytes);

/// <summary>A tensor; its bytes are row-major, little-endian.</summary>
public sealed record AgentInput(ElementType Type, long[] Shape, int Bytes);

/// <summary>A timing agent's answer.</summary>
/// <param name="Timed">Of the networks, where they were timed.</param>
/// <param name="Kernels">Of the first network, where its kernels were.</param>
/// <param name="Error">Why neither could be done.</param>
public sealed record AgentReply(TimedFiles? Timed = null, IReadOnlyList<OrtNodeTime>? Kernels = null, string? Error = null);

/// <summary>The messages as lines of JSON in UTF-8.</summary>
public static class AgentWire
{
    private const int LongestLine = 1 << 24;

    private static readonly JsonSerializerOptions Options = new()
    {
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    /// <summary>Writes a message; the caller flushes what follows it.</summary>
    public static void Write<T>(Stream to, T message)
    {
        JsonSerializer.Serialize(to, message, Options);
        to.WriteByte((byte)'\n');
    }

    /// <summary>Reads a message from a stream with a buffer; null at its end.</summary>
    /// <exception cref="JsonException">There is something else.</exception>
    public static T? Read<T>(Stream from)
        where T : class
    {
        var line = new MemoryStream();
        int next;
        while ((next = from.ReadByte()) is >= 0 and not '\n')
        {
            if (line.Length == LongestLine)
            {
                throw new JsonException($"A line is longer than {LongestLine} bytes.");
            }

            line.WriteByte((byte)next);
        }

        return next < 0 && line.Length == 0 ? null : JsonSerializer.Deserialize<T>(line.ToArray(), Options);
    }
}
