namespace Cluster.Storage.Files;

/// <summary>The content of a journal file.</summary>
/// <param name="Records">The events.</param>
/// <param name="LastSum">Checksum of the last line, which the next one is chained to.</param>
/// <param name="ValidLength">Bytes up to which the file is intact; the rest is a torn line.</param>
/// <param name="LacksLineEnd">The last line lacks only its line end.</param>
internal sealed record JournalContent(IReadOnlyList<JournalRecord> Records, string LastSum, long ValidLength, bool LacksLineEnd);
