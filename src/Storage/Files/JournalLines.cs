using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Cluster.Coordinator;
using Cluster.Coordinator.Journal;
using Cluster.Coordinator.Json;

namespace Cluster.Storage.Files;

/// <summary>
/// The text of a journal. A line is <c>{"at":…,"event":{…},"number":n,"owner":t,"sum":"…"}</c>; sum is the first 8
/// bytes of SHA-256(sum of the line before ‖ the line's bytes before <c>,"sum"</c>), so that a changed, lost, repeated
/// or moved line is found.
/// </summary>
internal static class JournalLines
{
    public const string FirstSum = "0000000000000000";

    // ,"sum":"0123456789abcdef"}
    private const int TailLength = 8 + 16 + 2;

    public static byte[] Format(JournalRecord record, string previousSum, out string sum)
    {
        var body = Body(record.At, CanonicalJson.Serialize(record.Event), record.Number, record.Owner);
        sum = Sum(previousSum, body);
        return [.. body, .. Encoding.ASCII.GetBytes($",\"sum\":\"{sum}\"}}\n")];
    }

    /// <summary>A line up to its checksum, from the event's canonical text.</summary>
    public static byte[] Body(DateTimeOffset at, string journalEvent, long number, long owner) =>
        Encoding.UTF8.GetBytes($"{{\"at\":{CanonicalJson.Serialize(at)},\"event\":{journalEvent},\"number\":{number},\"owner\":{owner}");

    public static string Sum(string previousSum, ReadOnlySpan<byte> body)
    {
        byte[] chained = [.. Encoding.ASCII.GetBytes(previousSum), .. body];
        return Convert.ToHexStringLower(SHA256.HashData(chained).AsSpan(0, 8));
    }

    public static JournalContent Read(ReadOnlySpan<byte> bytes, string name)
    {
        // Checksums come first: a changed line is damaged even if its text parses.
        var lines = Verify(bytes, name, out var sum, out var validLength, out var lacksLineEnd);
        var records = new JournalRecord[lines.Count];
        var released = new ReleasedSteps();
        for (var i = 0; i < records.Length; i++)
        {
            var record = Parse(bytes[lines[i]], name, i);
            records[i] = record with { Event = released.Current(record.Event) };
        }

        return new JournalContent(records, sum, validLength, lacksLineEnd);
    }

    /// <summary>The intact lines; what follows them is a torn one.</summary>
    /// <exception cref="JobException">A complete line is damaged.</exception>
    public static IReadOnlyList<Range> Verify(
        ReadOnlySpan<byte> bytes, string name, out string sum, out int validLength, out bool lacksLineEnd)
    {
        var lines = new List<Range>();
        sum = FirstSum;
        validLength = 0;
        lacksLineEnd = false;
        while (validLength < bytes.Length)
        {
            var rest = bytes[validLength..];
            var end = rest.IndexOf((byte)'\n');
            var line = end < 0 ? rest : rest[..end];
            if (!TryVerify(line, sum, out var lineSum))
            {
                if (end >= 0 || IsWholeButForItsEnd(line, sum))
                {
                    throw Damaged(name, lines.Count);
                }

                break;
            }

            lines.Add(validLength..(validLength + line.Length));
            sum = lineSum;
            lacksLineEnd = end < 0;
            validLength += line.Length + (lacksLineEnd ? 0 : 1);
        }

        return lines;
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

    // A complete line followed by one wrong byte had its line end changed: it was acknowledged, so dropping it would
    // lose an event.
    private static bool IsWholeButForItsEnd(ReadOnlySpan<byte> tail, string sum) =>
        tail.Length > 1 && tail[^1] != 0 && TryVerify(tail[..^1], sum, out _);

    private static bool TryVerify(ReadOnlySpan<byte> line, string previousSum, out string sum)
    {
        sum = string.Empty;
        if (line.Length <= TailLength)
        {
            return false;
        }

        sum = Sum(previousSum, line[..^TailLength]);
        return line[^TailLength..].SequenceEqual(Encoding.ASCII.GetBytes($",\"sum\":\"{sum}\"}}"));
    }

    private static JournalRecord Parse(ReadOnlySpan<byte> line, string name, int index)
    {
        JournalRecord? record;
        try
        {
            record = JsonSerializer.Deserialize<JournalRecord>(line, CoordinatorJson.Options);
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

    private static JobException Damaged(string name, int index) =>
        new($"{name} is damaged at line {index + 1} (its checksum does not fit, or a line before it is missing): restore the file "
            + "from a copy, or start again with --fresh.");
}
