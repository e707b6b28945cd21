using System.Buffers;
using System.Security.Cryptography;

namespace Cluster.Storage.Files;

/// <summary>
/// The text of a journal. A line is <c>{"at":…,"event":{…},"number":n,"owner":t,"sum":"…"}</c>; sum is the first 8 bytes of SHA-256(sum of
/// the line before ‖ the line's bytes before <c>,"sum"</c>), so that a changed, lost, repeated or moved line is detected.
/// </summary>
internal static class JournalLines
{
    /// <summary>The checksum before the first line, and that of an empty journal.</summary>
    public const string FirstSum = "0000000000000000";

    // ,"sum":"0123456789abcdef"}
    private const int TailLength = 8 + 16 + 2;

    // Bytes of a line without its event, including the space for writing its numbers.
    private const int MostBeside = 512;

    /// <summary>A complete line, with its end.</summary>
    public static ReadOnlyMemory<byte> Format(JournalRecord record, string previousSum, out string sum)
    {
        var text = CanonicalJson.SerializeToUtf8(record.Event).Span;
        var line = new ArrayBufferWriter<byte>(text.Length + MostBeside);
        Body(record.At, text, record.Number, record.Owner, line);
        sum = Sum(previousSum, line.WrittenSpan);
        Encoding.ASCII.GetBytes($",\"sum\":\"{sum}\"}}\n", line);
        return line.WrittenMemory;
    }

    /// <summary>A line up to its checksum, from the event's canonical text.</summary>
    public static ReadOnlySpan<byte> Body(DateTimeOffset at, ReadOnlySpan<byte> journalEvent, long number, long owner)
    {
        var body = new ArrayBufferWriter<byte>(journalEvent.Length + MostBeside);
        Body(at, journalEvent, number, owner, body);
        return body.WrittenSpan;
    }

    public static string Sum(string previousSum, ReadOnlySpan<byte> body)
    {
        var rented = ArrayPool<byte>.Shared.Rent(previousSum.Length + body.Length);
        try
        {
            var chained = rented.AsSpan(0, previousSum.Length + body.Length);
            Encoding.ASCII.GetBytes(previousSum, chained);
            body.CopyTo(chained[previousSum.Length..]);
            Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
            SHA256.HashData(chained, digest);
            return Convert.ToHexStringLower(digest[..8]);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    /// <summary>Reads a whole journal, line by line.</summary>
    /// <exception cref="JobException">It is damaged, or was written by another version.</exception>
    public static JournalContent Read(Stream stream, string name)
    {
        var lines = new JournalScanner(stream, name);
        var records = new IntactRecords();
        Func<ReadOnlySpan<byte>, int, JournalRecord> parse = (line, index) => Parse(line, name, index);
        while (lines.TryNext(out var line))
        {
            records.Add(line, parse);
        }

        return new JournalContent(records.All, lines.LastSum, lines.ValidLength, lines.LacksLineEnd);
    }

    /// <exception cref="JobException">Another version of the program wrote the journal.</exception>
    public static void RequireSchema(JournalEvent journalEvent, string name)
    {
        if (journalEvent is JobSubmitted submitted
            && !string.Equals(submitted.Schema, JobSubmitted.CurrentSchema, StringComparison.Ordinal))
        {
            throw new JobException(
                $"{name} has the schema \"{submitted.Schema}\" where \"{JobSubmitted.CurrentSchema}\" is expected: use the "
                + "version of cluster that wrote it.");
        }
    }

    /// <summary>
    /// Whether the text after the last line end is a line and one byte. A complete line followed by one wrong byte had its line end
    /// changed: it was acknowledged, so dropping it would lose an event.
    /// </summary>
    public static bool IsWholeButForItsEnd(ReadOnlySpan<byte> tail, string sum) =>
        tail.Length > 1 && tail[^1] != 0 && TryVerify(tail[..^1], sum, out _);

    /// <summary>Whether a line, without its end, is intact and follows one with the given checksum.</summary>
    public static bool TryVerify(ReadOnlySpan<byte> line, string previousSum, out string sum)
    {
        sum = string.Empty;
        if (line.Length <= TailLength)
        {
            return false;
        }

        sum = Sum(previousSum, line[..^TailLength]);
        return line[^TailLength..].SequenceEqual(Encoding.ASCII.GetBytes($",\"sum\":\"{sum}\"}}"));
    }

    private static void Body(
        DateTimeOffset at, ReadOnlySpan<byte> journalEvent, long number, long owner, ArrayBufferWriter<byte> body)
    {
        body.Write("{\"at\":"u8);
        body.Write(CanonicalJson.SerializeToUtf8(at).Span);
        body.Write(",\"event\":"u8);
        body.Write(journalEvent);
        Encoding.ASCII.GetBytes(
            string.Create(CultureInfo.InvariantCulture, $",\"number\":{number},\"owner\":{owner}"), body);
    }

    private static JournalRecord Parse(ReadOnlySpan<byte> line, string name, int index)
    {
        JournalRecord? record;
        try
        {
            record = JsonSerializer.Deserialize<JournalRecord>(line, PlanJson.Options);
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            throw new JobException(
                $"{name} line {index + 1} is intact but not understood ({e.Message}): it was written by another version of "
                + "cluster, use that one.",
                e);
        }

        if (record is null || record.Number != index)
        {
            throw Damaged(name, index);
        }

        RequireSchema(record.Event, name);
        return record;
    }

    /// <summary>The error for a complete line that was changed, or does not follow the line before it.</summary>
    public static JobException Damaged(string name, int index) =>
        new($"{name} is damaged at line {index + 1} (its checksum does not fit, or a line before it is missing): restore the file "
            + "from a copy, or start again with --fresh.");
}
