using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Cluster.Coordinator.Journal;
using Cluster.Coordinator.Json;

namespace Cluster.Coordinator.Storage;

/// <summary>
/// The text of a journal. A line is <c>{"at":…,"event":{…},"number":n,"owner":t,"sum":"…"}</c>; sum is the first 8 bytes of
/// SHA-256(sum of the line before ‖ the line's bytes before <c>,"sum"</c>), so that a changed, lost, repeated or moved line is found.
/// </summary>
internal static class JournalLines
{
    private const string FirstSum = "0000000000000000";

    // ,"sum":"0123456789abcdef"}
    private const int TailLength = 8 + 16 + 2;

    public static byte[] Format(JournalRecord record, string previousSum, out string sum)
    {
        var body = CanonicalJson.Serialize(record)[..^1];
        sum = Sum(previousSum, Encoding.UTF8.GetBytes(body));
        return Encoding.UTF8.GetBytes($"{body},\"sum\":\"{sum}\"}}\n");
    }

    public static JournalContent Read(ReadOnlySpan<byte> bytes, string name)
    {
        var records = new List<JournalRecord>();
        var sum = FirstSum;
        var start = 0;
        while (start < bytes.Length)
        {
            var length = bytes[start..].IndexOf((byte)'\n');
            if (length < 0)
            {
                return ReadTail(bytes[start..], name, records, sum, start);
            }

            var line = bytes.Slice(start, length);
            if (!TryVerify(line, sum, out var lineSum))
            {
                throw Damaged(name, records.Count);
            }

            records.Add(Parse(line, name, records.Count));
            sum = lineSum;
            start += length + 1;
        }

        return new JournalContent(records, sum, start, LacksLineEnd: false);
    }

    private static JournalContent ReadTail(ReadOnlySpan<byte> tail, string name, List<JournalRecord> records, string sum, int start)
    {
        if (TryVerify(tail, sum, out var lineSum))
        {
            records.Add(Parse(tail, name, records.Count));
            return new JournalContent(records, lineSum, start + tail.Length, LacksLineEnd: true);
        }

        // A whole line followed by one wrong byte is a line whose end was changed: it was acknowledged, so dropping it would lose an event.
        if (tail.Length > 1 && tail[^1] != 0 && TryVerify(tail[..^1], sum, out _))
        {
            throw Damaged(name, records.Count);
        }

        return new JournalContent(records, sum, start, LacksLineEnd: false);
    }

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
            throw new JobException($"{name} line {index + 1} is intact but not understood ({e.Message}): it was written by another version of cluster, use that one.", e);
        }

        if (record is null || record.Number != index)
        {
            throw Damaged(name, index);
        }

        if (record.Event is JobSubmitted submitted && !string.Equals(submitted.Schema, JobSubmitted.CurrentSchema, StringComparison.Ordinal))
        {
            throw new JobException($"{name} has the schema \"{submitted.Schema}\" where \"{JobSubmitted.CurrentSchema}\" is expected: use the version of cluster that wrote it.");
        }

        return record;
    }

    private static string Sum(string previousSum, ReadOnlySpan<byte> body)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.ASCII.GetBytes(previousSum));
        hash.AppendData(body);
        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 8));
    }

    private static JobException Damaged(string name, int index) =>
        new($"{name} is damaged at line {index + 1} (its checksum does not fit, or a line before it is missing): restore the file from a copy, or start again with --fresh.");
}
