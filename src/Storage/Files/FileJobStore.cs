namespace Cluster.Storage.Files;

/// <summary>
/// Jobs in a folder of one process: <c>jobs/ID/job.json</c> and <c>jobs/ID/journal.jsonl</c>. A job's folder appears
/// and disappears whole, by a rename; what a crash left half made or half deleted starts with a dot and is removed when
/// the store is opened.
/// </summary>
public sealed class FileJobStore : IJobStore, IDisposable
{
    private const string EntryName = "job.json";
    private const string JournalName = "journal.jsonl";
    private const string MadePrefix = ".new-";
    private const string RemovedPrefix = ".removed-";

    // About the size of a large job's entry: a disk without room for it has none for jobs.
    private const int ProbeLength = 1 << 16;

    // Entries to read in one turn.
    private const int ReadAtOnce = 16;

    private readonly Lock _gate = new();
    private readonly string _folder;
    private readonly FileClaim _lock;
    private readonly TimeProvider _time;
    private readonly JobIndex _jobs;
    private readonly Dictionary<string, LeasedJournal> _owned = new(StringComparer.Ordinal);
    private readonly List<string> _leftOut = [];
    private Action<string>? _told;
    private bool _closed;
    private string? _broken;

    private FileJobStore(string folder, FileClaim folderLock, TimeProvider time, int mostHeld)
    {
        _jobs = new JobIndex(mostHeld);
        _folder = folder;
        _lock = folderLock;
        _time = time;
    }

    /// <summary>Why jobs of the folder are left out, one sentence each: their files are unchanged.</summary>
    public IReadOnlyList<string> LeftOut => _leftOut;

    /// <summary>Sets a callback for jobs that are left out: it is called at once for the known ones, and later for each new one.</summary>
    /// <param name="tell">Receives a sentence, while the store waits: it must not call the store.</param>
    public void TellLeftOut(Action<string> tell)
    {
        lock (_gate)
        {
            _leftOut.ForEach(tell);
            _told = tell;
        }
    }

    /// <summary>Number of entries in memory.</summary>
    internal int Held => _jobs.Held;

    /// <summary>Opens or creates the store in a data folder and claims it for this process.</summary>
    /// <param name="folder">The data folder; other files in it are ignored.</param>
    /// <param name="time">The clock of journals; the system's if null.</param>
    /// <exception cref="JobException">Another process uses the folder.</exception>
    public static FileJobStore Open(string folder, TimeProvider? time = null) => Open(folder, time, JobIndex.MostHeld);

    /// <summary>Opens it with a limit for the entries of ended jobs in memory.</summary>
    internal static FileJobStore Open(string folder, TimeProvider? time, int mostHeld)
    {
        var jobs = Path.Combine(Path.GetFullPath(folder), "jobs");
        Directory.CreateDirectory(jobs);
        var folderLock = FileClaim.Acquire(jobs, $"The data folder {folder}");
        try
        {
            DurableFolder.Flush(Path.GetDirectoryName(jobs)!);
            var store = new FileJobStore(jobs, folderLock, time ?? TimeProvider.System, mostHeld);
            store.Load();
            return store;
        }
        catch
        {
            folderLock.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public Task CheckWritableAsync(CancellationToken cancellationToken) => InTurnAsync(
        () =>
        {
            var probe = Path.Combine(_folder, MadePrefix + "probe");
            try
            {
                Write(() =>
                {
                    Directory.CreateDirectory(probe);
                    AtomicFile.Write(Path.Combine(probe, EntryName), new byte[ProbeLength]);
                });
                return true;
            }
            finally
            {
                Clear(probe);
            }
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<JobEntry> AddAsync(JobEntry entry, CancellationToken cancellationToken) =>
        InTurnAsync(() => Add(entry.Checked()), cancellationToken);

    /// <inheritdoc/>
    public Task AddNextAsync(JobEntry next, CancellationToken cancellationToken) => InTurnAsync(
        () => _jobs.Line(next.Schedule!.After!) is { Status: var status } && !status.HasEnded() ? Add(next.Checked()) : null,
        cancellationToken);

    /// <inheritdoc/>
    public Task<JobEntry?> FindAsync(string id, CancellationToken cancellationToken) =>
        InTurnAsync(() => _jobs.Contains(id) ? Entry(id) : null, cancellationToken);

    /// <inheritdoc/>
    public Task<JobEntry?> FindRequestAsync(string requestId, CancellationToken cancellationToken) => InTurnAsync(
        () => _jobs.OfRequest(requestId) is { } id ? Entry(id) : null, cancellationToken);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<JobEntry>> ListAsync(JobQuery query, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(query.Limit, 1, nameof(query));
        var ids = await InTurnAsync<string[]>(
            () =>
            [
                .. _jobs.Lines
                    .Where(job => IsAsked(query, job.Status))
                    .Where(job => query.Tenant is not { } tenant || job.Tenant == tenant)
                    .Where(job => query is not { AfterCreatedAt: { } at, AfterId: { } id }
                        || job.CreatedAt < at
                        || (job.CreatedAt == at && string.CompareOrdinal(job.Id, id) < 0))
                    .OrderByDescending(job => job.CreatedAt)
                    .ThenByDescending(job => job.Id, StringComparer.Ordinal)
                    .Take(query.Limit)
                    .Select(job => job.Id),
            ],
            cancellationToken);

        // A few per turn, so that reading a page of files does not block other callers. Jobs that were deleted or changed state meanwhile
        // are left out.
        var entries = new List<JobEntry>(ids.Length);
        foreach (var some in ids.Chunk(ReadAtOnce))
        {
            entries.AddRange(await InTurnAsync(
                () => some.Select(Listed).OfType<JobEntry>().Where(job => IsAsked(query, job.Status)).ToArray(), cancellationToken));
        }

        return entries;
    }

    /// <inheritdoc/>
    public Task<bool> SetPreparedAsync(JobEntry entry, CancellationToken cancellationToken) => InTurnAsync(
        () =>
        {
            if (_jobs.Line(entry.Id) is not { Status: var status } || !status.IsUnprepared())
            {
                return false;
            }

            Rewrite(entry);
            return true;
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task SetStatusAsync(string id, JobStatus status, CancellationToken cancellationToken) => InTurnAsync(
        () =>
        {
            if (_jobs.Line(id) is { } line && line.Status != status)
            {
                Rewrite(Entry(id) with { Status = status });
            }

            return true;
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<bool> RemoveAsync(string id, CancellationToken cancellationToken) => InTurnAsync(
        () =>
        {
            if (!_jobs.Contains(id))
            {
                return false;
            }

            Revoke(id, "went with its job, which was deleted");
            var aside = Path.Combine(_folder, RemovedPrefix + Path.GetRandomFileName());
            Write(() => Directory.Move(FolderOf(id), aside));
            _jobs.Remove(id);
            FlushNames();
            Clear(aside);
            return true;
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<IJournal> OpenJournalAsync(string id, CancellationToken cancellationToken) => InTurnAsync<IJournal>(
        () =>
        {
            var path = JournalOf(id);
            Revoke(id, "has another owner now");
            var journal = new LeasedJournal(FileJournal.Open(path, _time), id, closed => Forget(id, closed));
            _owned[id] = journal;
            return journal;
        },
        cancellationToken);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<JournalRecord>> ReadJournalAsync(string id, CancellationToken cancellationToken)
    {
        var path = await InTurnAsync(() => JournalOf(id), cancellationToken);
        return await Task.Run(() => File.Exists(path) ? FileJournal.ReadOnly(path) : [], cancellationToken);
    }

    /// <summary>Ends the ownership of every journal and of the folder.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _closed = true;
            foreach (var id in _owned.Keys.ToArray())
            {
                Revoke(id, "was closed with its store");
            }

            _lock.Dispose();
        }
    }

    private static bool IsAsked(JobQuery query, JobStatus status) => query.Statuses.Count == 0 || query.Statuses.Contains(status);

    private static void Clear(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (IOException)
        {
            // It is no longer a job; its remains are removed when the store is next opened.
        }
    }

    // Not on the caller's thread, because every write waits for the disk.
    private Task<T> InTurnAsync<T>(Func<T> work, CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            lock (_gate)
            {
                ObjectDisposedException.ThrowIf(_closed, this);
                return _broken is null ? work() : throw new JobException(
                    $"An earlier write to {_folder} failed ({_broken}), so what it holds is unknown: restart this process.");
            }
        },
        cancellationToken);

    private void Load()
    {
        foreach (var folder in Directory.GetDirectories(_folder))
        {
            var name = Path.GetFileName(folder);
            if (name.StartsWith(MadePrefix, StringComparison.Ordinal) || name.StartsWith(RemovedPrefix, StringComparison.Ordinal))
            {
                Clear(folder);
            }
            else if (JobIds.IsValid(name))
            {
                LoadOne(folder, name);
            }
        }
    }

    // One unreadable job must not stop all others.
    private void LoadOne(string folder, string name)
    {
        try
        {
            var entry = JobEntryFile.Read(Path.Combine(folder, EntryName));
            if (string.Equals(entry.Id, name, StringComparison.Ordinal)
                && (entry.RequestId is not { } request || _jobs.OfRequest(request) is null))
            {
                _jobs.Keep(entry);
            }
            else
            {
                _leftOut.Add(
                    $"{folder} holds the entry of job {entry.Id}, or of a request that another job has, where each job has a folder "
                    + "of its name: move it away.");
            }
        }
        catch (JobException damage)
        {
            _leftOut.Add(damage.Message);
        }
    }

    private JobEntry Add(JobEntry entry)
    {
        if (entry.RequestId is { } request && _jobs.OfRequest(request) is { } known)
        {
            return Entry(known);
        }

        if (_jobs.Contains(entry.Id))
        {
            var namesake = Entry(entry.Id);
            return entry.IsSameAs(namesake) ? namesake : throw JobIds.Taken(entry.Id);
        }

        var made = Path.Combine(_folder, MadePrefix + Path.GetRandomFileName());
        try
        {
            Write(() =>
            {
                Directory.CreateDirectory(made);
                AtomicFile.Write(Path.Combine(made, EntryName), JobEntryFile.Format(entry));
                Directory.Move(made, FolderOf(entry.Id));
            });
        }
        catch (JobException) when (Directory.Exists(made))
        {
            Clear(made);
            throw;
        }

        FlushNames();
        _jobs.Keep(entry);
        return entry;
    }

    private void Rewrite(JobEntry job)
    {
        Write(() => AtomicFile.Write(Path.Combine(FolderOf(job.Id), EntryName), JobEntryFile.Format(job)));
        _jobs.Keep(job);
    }

    // One job that has become unreadable must not make the list fail; it is left out, as when the store is opened.
    private JobEntry? Listed(string id)
    {
        try
        {
            return _jobs.Contains(id) ? Entry(id) : null;
        }
        catch (JobException damage)
        {
            _leftOut.Add(damage.Message);
            _jobs.Remove(id);
            _told?.Invoke(damage.Message);
            return null;
        }
    }

    private JobEntry Entry(string id)
    {
        if (_jobs.Entry(id) is { } held)
        {
            return held;
        }

        var read = JobEntryFile.Read(Path.Combine(FolderOf(id), EntryName));
        _jobs.Keep(read);
        return read;
    }

    private string FolderOf(string id) => Path.Combine(_folder, id);

    private string JournalOf(string id) => _jobs.Contains(id) ? Path.Combine(FolderOf(id), JournalName) : throw JobIds.Unknown(id);

    private void Revoke(string id, string reason)
    {
        if (_owned.TryGetValue(id, out var owner))
        {
            _owned.Remove(id);
            owner.Revoke(reason);
        }
    }

    private void Forget(string id, LeasedJournal journal)
    {
        lock (_gate)
        {
            if (_owned.TryGetValue(id, out var owner) && ReferenceEquals(owner, journal))
            {
                _owned.Remove(id);
            }
        }
    }

    private void Write(Action write)
    {
        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new JobException(
                $"Writing to {_folder} failed ({e.Message}): free space on its disk or correct its permissions, then try again.", e);
        }
    }

    // A rename that could not be flushed may be undone by a crash, so nothing may depend on it.
    private void FlushNames()
    {
        try
        {
            DurableFolder.Flush(_folder);
        }
        catch (IOException e)
        {
            _broken = e.Message;
            throw new JobException(
                $"Writing to {_folder} failed ({e.Message}), so what it holds is unknown: repair its disk, then restart this process.", e);
        }
    }
}
