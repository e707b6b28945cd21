namespace Cluster.Storage.Tests.Files;

public sealed class FileJobStoreTests : JobStoreConformance, IDisposable
{
    private readonly WorkFolder _folder = new();
    private FileJobStore? _store;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Jobs => Path.Combine(_folder.Root, "jobs");

    public void Dispose()
    {
        _store?.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task CheckWritable_ReadOnlyFolder_FailsUntilWritable()
    {
        using var folder = new WorkFolder();
        using var store = FileJobStore.Open(folder.Root);
        Directory.Move(folder["jobs"], folder["aside"]);
        await File.WriteAllTextAsync(folder["jobs"], "in the way", TestContext.Current.CancellationToken);

        (await Should.ThrowAsync<JobException>(() => store.CheckWritableAsync(TestContext.Current.CancellationToken)))
            .Message.ShouldContain("free space on its disk or correct its permissions");

        File.Delete(folder["jobs"]);
        Directory.Move(folder["aside"], folder["jobs"]);
        await store.CheckWritableAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task List_MoreEndedJobsThanAreHeld_HasAllOfThem()
    {
        const int Held = 5;
        const int Count = 40;
        using var folder = new WorkFolder();
        using var store = FileJobStore.Open(folder.Root, null, Held);
        var added = new List<JobEntry>();
        for (var i = 0; i < Count; i++)
        {
            var entry = Entry($"j-{i}") with { RequestId = $"request-{i}", CreatedAt = DateTimeOffset.UnixEpoch.AddSeconds(i) };
            await store.AddAsync(entry, Token);
            await store.SetStatusAsync(entry.Id, JobStatus.Succeeded, Token);
            added.Add(entry with { Status = JobStatus.Succeeded });
        }

        await store.AddAsync(Entry("running") with { CreatedAt = DateTimeOffset.UnixEpoch.AddDays(1), Status = JobStatus.Running }, Token);

        store.Held.ShouldBe(Held + 1, "and the one that runs");
        var listed = await store.ListAsync(new JobQuery(2 * Count, [JobStatus.Succeeded]), Token);
        listed.Select(CanonicalJson.Serialize).ShouldBe(added.AsEnumerable().Reverse().Select(CanonicalJson.Serialize));
        store.Held.ShouldBe(Held + 1);
        (await store.FindAsync("j-3", Token)).ShouldNotBeNull().IsSameAs(added[3]).ShouldBeTrue();
        (await store.FindRequestAsync("request-3", Token)).ShouldNotBeNull().Id.ShouldBe("j-3");
        (await store.AddAsync(added[3] with { Id = "j-new" }, Token)).Id.ShouldBe("j-3");
        (await store.RemoveAsync("j-3", Token)).ShouldBeTrue();
        (await store.FindRequestAsync("request-3", Token)).ShouldBeNull();

        // One of those that are not held.
        var file = Path.Combine(folder["jobs"], "j-10", "job.json");
        await File.WriteAllTextAsync(file, "damaged", Token);
        var told = new List<string>();
        store.TellLeftOut(told.Add);
        (await store.ListAsync(new JobQuery(2 * Count, []), Token)).Count.ShouldBe(Count - 1);
        (await store.ListAsync(new JobQuery(2 * Count, []), Token)).Count.ShouldBe(Count - 1);
        store.LeftOut.ShouldHaveSingleItem().ShouldContain(file);
        told.ShouldBe(store.LeftOut, "said once");
    }

    [Fact]
    public async Task Open_WhileOpen_NamesTheOwner()
    {
        await OpenAsync();

        Should.Throw<JobException>(() => FileJobStore.Open(_folder.Root))
            .Message.ShouldBe(
                $"The data folder {_folder.Root} is in use by process {Environment.ProcessId} where one process may write it: "
                + "wait for it to end, or stop it.");
    }

    [Fact]
    public async Task Open_WhatACrashLeftHalfDone_IsNoJobAndClearedAway()
    {
        var store = await OpenAsync();
        await store.AddAsync(Entry("one"), Token);
        _store!.Dispose();
        foreach (var leftover in new[] { ".new-x", ".new-y", ".removed-z" })
        {
            Directory.CreateDirectory(Path.Combine(Jobs, leftover));
        }

        File.Copy(Path.Combine(Jobs, "one", "job.json"), Path.Combine(Jobs, ".new-y", "job.json"));
        File.Copy(Path.Combine(Jobs, "one", "job.json"), Path.Combine(Jobs, ".removed-z", "job.json"));
        await File.WriteAllTextAsync(Path.Combine(Jobs, ".new-x", "job.json.part"), "{", Token);
        await File.WriteAllTextAsync(Path.Combine(Jobs, "one", "job.json.part"), "{", Token);
        await File.WriteAllTextAsync(Path.Combine(Jobs, "note"), "somebody's", Token);
        Directory.CreateDirectory(Path.Combine(Jobs, "Not A Job"));

        store = await OpenAsync();

        (await store.ListAsync(new JobQuery(10, []), Token)).ShouldHaveSingleItem().Id.ShouldBe("one");
        Directory.GetDirectories(Jobs).Select(Path.GetFileName).Order().ShouldBe(["Not A Job", "one"]);
        await store.SetStatusAsync("one", JobStatus.Failed, Token);
        store = await ReopenAsync(store);
        (await store.FindAsync("one", Token))!.Status.ShouldBe(JobStatus.Failed);
    }

    [Fact]
    public async Task Open_EntryWithAnyBitFlippedOrCut_IsRefusedNamingTheFile()
    {
        await (await OpenAsync()).AddAsync(Entry("one", request: "r"), Token);
        var path = Path.Combine(Jobs, "one", "job.json");
        var bytes = await File.ReadAllBytesAsync(path, Token);
        JobEntryFile.Read(path).Id.ShouldBe("one");

        for (var i = 0; i < bytes.Length; i++)
        {
            var flipped = (byte[])bytes.Clone();
            flipped[i] ^= (byte)(1 << (i % 8));
            await File.WriteAllBytesAsync(path, flipped, Token);
            Should.Throw<JobException>(() => JobEntryFile.Read(path), $"byte {i}").Message.ShouldContain($"{path} is damaged");

            // What lacks only its line end is whole.
            await File.WriteAllBytesAsync(path, bytes[..i], Token);
            if (i < bytes.Length - 1)
            {
                Should.Throw<JobException>(() => JobEntryFile.Read(path), $"{i} bytes").Message.ShouldContain($"{path} is damaged");
            }
        }

        await File.WriteAllBytesAsync(path, bytes[1..], Token);
        _store!.Dispose();
        using (var others = FileJobStore.Open(_folder.Root))
        {
            others.LeftOut.ShouldHaveSingleItem().ShouldContain($"{path} is damaged");
            var told = new List<string>();
            others.TellLeftOut(told.Add);
            told.ShouldBe(others.LeftOut);
            (await others.FindAsync("one", Token)).ShouldBeNull();
            await others.AddAsync(Entry("two"), Token);
        }

        await File.WriteAllBytesAsync(path, bytes, Token);
        (await (await OpenAsync()).FindAsync("one", Token)).ShouldNotBeNull();
    }

    [Fact]
    public async Task Open_FolderThatIsAnotherJobsCopy_IsLeftOut()
    {
        await (await OpenAsync()).AddAsync(Entry("one"), Token);
        _store!.Dispose();
        Directory.CreateDirectory(Path.Combine(Jobs, "two"));
        File.Copy(Path.Combine(Jobs, "one", "job.json"), Path.Combine(Jobs, "two", "job.json"));

        using var store = FileJobStore.Open(_folder.Root);
        store.LeftOut.ShouldHaveSingleItem().ShouldContain("move it away");
        (await store.FindAsync("one", Token)).ShouldNotBeNull();
    }

    [Fact]
    public async Task Dispose_OwnedJournal_EndsWithTheStore()
    {
        var store = await OpenAsync();
        await store.AddAsync(Entry("one"), Token);
        var journal = await store.OpenJournalAsync("one", Token);

        _store!.Dispose();

        await Should.ThrowAsync<JournalOwnershipException>(() => journal.AppendAsync(SampleEvents.All[0], Token));
        await Should.ThrowAsync<ObjectDisposedException>(() => store.FindAsync("one", Token));
    }

    [Fact]
    public async Task Add_ReadOnlyFolder_LeavesNoJob()
    {
        var store = await OpenAsync();

        // Where a folder is expected, something else lies: the rename fails, as it would without permission.
        await File.WriteAllTextAsync(Path.Combine(Jobs, "one"), "in the way", Token);
        (await Should.ThrowAsync<JobException>(() => store.AddAsync(Entry("one", request: "r"), Token))).Message.ShouldContain(
            $"Writing to {Jobs} failed");

        (await store.FindAsync("one", Token)).ShouldBeNull();
        Directory.GetDirectories(Jobs).ShouldBeEmpty();
        File.Delete(Path.Combine(Jobs, "one"));
        (await store.AddAsync(Entry("one", request: "r"), Token)).Id.ShouldBe("one");
    }

    protected override Task<IJobStore> OpenAsync() => Task.FromResult<IJobStore>(_store = FileJobStore.Open(_folder.Root));

    protected override Task<IJobStore> ReopenAsync(IJobStore store)
    {
        _store!.Dispose();
        return OpenAsync();
    }
}
