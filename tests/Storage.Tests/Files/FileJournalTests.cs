using Cluster.Coordinator.Model.Options;
using Cluster.Coordinator.Search;
using Cluster.Coordinator.Work;

namespace Cluster.Storage.Tests.Files;

public sealed class FileJournalTests : JournalConformance, IDisposable
{
    private readonly WorkFolder _folder = new();

    private string JournalPath => Path.Combine(_folder.Root, "journal.jsonl");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Open_BatchesCutAtEveryByte_GivesExactlyTheWholeLines()
    {
        var (events, bytes) = await WriteBatchesAsync();
        var texts = events.Select(e => Jobs.Text([e])).ToArray();
        var ends = Enumerable.Range(0, bytes.Length).Where(i => bytes[i] == '\n').ToArray();
        ends.Length.ShouldBe(60);
        var whole = 0;
        for (var length = 0; length <= bytes.Length; length++)
        {
            // A line that lacks only its end is whole.
            whole += whole < ends.Length && ends[whole] == length ? 1 : 0;
            Scan(bytes, length).Count.ShouldBe(whole);

            // Every flush to the disk takes milliseconds, so the file itself is tried at some of the lengths.
            if (length % 503 == 0 || length == bytes.Length)
            {
                await File.WriteAllBytesAsync(JournalPath, bytes[..length], TestContext.Current.CancellationToken);
                await using var journal = FileJournal.Open(JournalPath);
                journal.Records.Select(record => Jobs.Text([record.Event])).ShouldBe(texts[..whole]);
            }
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(17)]
    [InlineData(60)]
    public async Task Open_KeepingTheFirstRecords_GoesOnBehindThem(int kept)
    {
        var (events, bytes) = await WriteBatchesAsync();
        await File.WriteAllBytesAsync(JournalPath, bytes, TestContext.Current.CancellationToken);
        await using (var journal = FileJournal.Open(JournalPath, keep: _ => kept))
        {
            journal.Records.Count.ShouldBe(kept);
            await journal.AppendAsync([new SearchContinued(3)], TestContext.Current.CancellationToken);
        }

        FileJournal.ReadOnly(JournalPath).Select(record => Jobs.Text([record.Event]))
            .ShouldBe([.. events.Take(kept).Select(e => Jobs.Text([e])), Jobs.Text([new SearchContinued(3)])]);
    }

    [Fact]
    public async Task Append_AfterATornLine_LeavesAnIntactJournal()
    {
        var bytes = await WriteSampleAsync();
        await File.WriteAllBytesAsync(JournalPath, bytes[..^20], TestContext.Current.CancellationToken);

        await using (var journal = FileJournal.Open(JournalPath))
        {
            await journal.AppendAsync(SampleEvents.All[^1], TestContext.Current.CancellationToken);
        }

        Jobs.Text(FileJournal.ReadOnly(JournalPath).Select(record => record.Event)).ShouldBe(Jobs.Text(SampleEvents.All));
    }

    [Fact]
    public async Task Open_AnyBitFlipped_IsRefusedNamingTheLine()
    {
        var bytes = await WriteSampleAsync();
        for (var i = 0; i < bytes.Length; i++)
        {
            var flipped = (byte[])bytes.Clone();
            flipped[i] ^= (byte)(1 << (i % 8));

            var error = Should.Throw<JobException>(() => JournalLines.Read(new MemoryStream(flipped), JournalPath), $"byte {i}");

            error.Message.ShouldContain($"damaged at line {bytes[..i].Count(b => b == '\n') + 1} ");
        }
    }

    [Fact]
    public async Task Open_LineMissingRepeatedOrMoved_IsRefused()
    {
        var lines = Encoding.UTF8.GetString(await WriteSampleAsync()).Split('\n')[..^1];
        string[][] damaged =
        [
            [.. lines[..2], .. lines[3..]],
            [.. lines[..3], .. lines[2..]],
            [.. lines[..2], lines[3], lines[2], .. lines[4..]],
            lines[1..],
        ];

        foreach (var version in damaged)
        {
            await File.WriteAllTextAsync(JournalPath, string.Join('\n', version) + "\n", TestContext.Current.CancellationToken);

            Should.Throw<JobException>(() => FileJournal.Open(JournalPath)).Message.ShouldContain("damaged at line");
        }
    }

    [Fact]
    public async Task Open_TailOfZeros_IsTakenForATornLine()
    {
        var bytes = await WriteSampleAsync();
        await File.WriteAllBytesAsync(JournalPath, [.. bytes, .. new byte[512]], TestContext.Current.CancellationToken);

        await using var journal = FileJournal.Open(JournalPath);

        journal.Records.Count.ShouldBe(SampleEvents.All.Count);
    }

    [Fact]
    public async Task Open_WhileOwned_NamesTheOwner()
    {
        await using var journal = FileJournal.Open(JournalPath);

        Should.Throw<JobException>(() => FileJournal.Open(JournalPath)).Message.ShouldContain($"in use by process {Environment.ProcessId}");
        FileJournal.ReadOnly(JournalPath).ShouldBeEmpty();
    }

    [Fact]
    public void ReadOnly_NoFile_SaysSo() =>
        Should.Throw<JobException>(() => FileJournal.ReadOnly(JournalPath)).Message.ShouldContain("no journal");

    protected override Task<IJournal> OpenAsync() => Task.FromResult<IJournal>(FileJournal.Open(JournalPath));

    // Buffers of all sizes, smaller than a line and larger, so that lines lie in them in every way.
    private JournalScanner Scan(byte[] bytes, int length)
    {
        var lines = new JournalScanner(new MemoryStream(bytes, 0, length), JournalPath, atFirst: 1 + (length % 1031));
        while (lines.TryNext(out var line))
        {
            line.Length.ShouldBeGreaterThan(0);
        }

        return lines;
    }

    private async Task<(IReadOnlyList<JournalEvent> Events, byte[] Bytes)> WriteBatchesAsync()
    {
        var round = Begun.Round(3);
        JournalEvent[] events =
        [
            .. round,
            .. Enumerable.Range(0, 58).Select<int, JournalEvent>(i => i % 2 == 0
                ? new AttemptStarted(i / 2 % 3, 1 + (i / 6), "node-1", "cpu:0")
                : new AttemptFailed(i / 2 % 3, 1 + (i / 6), new FailedResult(FailureKind.Unavailable, "away"))),
        ];
        await using (var journal = FileJournal.Open(JournalPath))
        {
            for (var next = 0; next < events.Length;)
            {
                next +=
                    (await journal.AppendAsync([.. events.Skip(next).Take(1 + (next % 7))], TestContext.Current.CancellationToken)).Count;
            }
        }

        JobState.Fold(events)!.Attempts(2).Failures.Count.ShouldBe(9);
        return (events, await File.ReadAllBytesAsync(JournalPath, TestContext.Current.CancellationToken));
    }

    private async Task<byte[]> WriteSampleAsync()
    {
        await using (var journal = FileJournal.Open(JournalPath))
        {
            foreach (var journalEvent in SampleEvents.All)
            {
                await journal.AppendAsync(journalEvent, TestContext.Current.CancellationToken);
            }
        }

        return await File.ReadAllBytesAsync(JournalPath, TestContext.Current.CancellationToken);
    }
}
