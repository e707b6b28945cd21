using Cluster.Coordinator.Model;
using Cluster.Plans;

namespace Cluster.Silo.Tests.Hosting;

public sealed class ArtefactSweepTests : IDisposable
{
    private readonly WorkFolder _folder = new();
    private readonly ManualTime _time = new(DateTimeOffset.UtcNow + TimeSpan.FromDays(8));
    private readonly FolderArtefactStore _artefacts;
    private readonly FileJobStore _store;

    public ArtefactSweepTests()
    {
        _artefacts = new FolderArtefactStore(_folder["artefacts"]);
        _store = FileJobStore.Open(_folder["data"]);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _store.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Sweep_OldFiles_RemovesThoseThatNoJobWasGivenLearnedOrPublished()
    {
        string[] files = [.. await Task.WhenAll(Enumerable.Range(0, 5).Select(PutAsync))];
        await AddAsync("one", files[0], new ArtefactPublished("winner.qdq.onnx", files[1], 1));
        await AddAsync("two", "none", SampleEvents.Rebuilt.OfType<StepCompleted>().Last());
        await _artefacts.TouchAsync(files[2], Token);
        File.SetLastWriteTimeUtc(_artefacts.PathOf(files[2]), _time.GetUtcNow().UtcDateTime);
        await File.WriteAllTextAsync(Path.Combine(_folder["artefacts"], ".new.x.part"), "of a silo that was killed", Token);

        (await Sweep().SweepAsync(Token)).Items.Select(item => item.Id).ShouldBe(files[3..], ignoreOrder: true);

        files.Select(_artefacts.Contains).ShouldBe([true, true, true, false, false], "given, published, recent, nobody's twice");
        Directory.EnumerateFiles(_folder["artefacts"], "*.part").ShouldBeEmpty();
    }

    [Fact]
    public async Task Sweep_JobThatCannotBeRead_RemovesNothing()
    {
        var file = await PutAsync(0);
        await AddAsync("one", "none", new ArtefactPublished("winner.qdq.onnx", new string('a', 64), 1));
        await File.WriteAllTextAsync(Path.Combine(_folder["data"], "jobs", "one", "journal.jsonl"), "{}\n{}\n", Token);

        await Should.ThrowAsync<JobException>(() => Sweep().SweepAsync(Token));

        _artefacts.Contains(file).ShouldBeTrue();
    }

    private Task<string> PutAsync(int number) => _artefacts.PutAsync(new MemoryStream([(byte)number]), Token);

    private ArtefactSweep Sweep()
    {
        var named = new NamedArtefacts(_store);
        var unnamed = new UnnamedFiles(_artefacts, new FolderArtefactClaims(_folder["artefacts"]), Owners.Of(_folder["artefacts"]), named);
        return new ArtefactSweep(
            _artefacts,
            new Collector(_artefacts, named, unnamed, new NotedRemoval(), _time),
            new RetentionRules { KeepUploads = TimeSpan.FromDays(7) },
            _time,
            NullLogger<ArtefactSweep>.Instance);
    }

    // The journal's order does not matter here: it is read for what it names.
    private async Task AddAsync(string id, string model, JournalEvent journalEvent)
    {
        await _store.AddAsync(Begun.Entry(id, model), Token);
        await using var journal = await _store.OpenJournalAsync(id, Token);
        await journal.AppendAsync([Begun.Submitted, journalEvent], Token);
    }
}
