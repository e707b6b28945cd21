namespace Cluster.Silo.Api;

/// <summary>A job and its events so far, as this silo knows them. Thread-safe: readers share it.</summary>
internal sealed class JobFeed(JobEntry entry)
{
    private readonly Lock _gate = new();
    private JobEntry _entry = entry;
    private readonly JobView _view = new();
    private readonly List<JobChange> _changes = [];

    /// <summary>The job; while it is prepared, its state at the last <see cref="Refresh"/>.</summary>
    public JobEntry Entry => Volatile.Read(ref _entry);

    /// <summary>Updates a job that was being prepared.</summary>
    public void Refresh(JobEntry now) => Volatile.Write(ref _entry, now);

    /// <summary>Number of known records.</summary>
    public long Count
    {
        get
        {
            lock (_gate)
            {
                return _changes.Count;
            }
        }
    }

    /// <summary>Reads the job under the lock; return immutable values only.</summary>
    public T Read<T>(Func<JobView, T> look)
    {
        lock (_gate)
        {
            return look(_view);
        }
    }

    /// <summary>Events after a sequence number, and whether the job had ended by then.</summary>
    public (IReadOnlyList<JobChange> Changes, bool IsOver) After(long sequence)
    {
        lock (_gate)
        {
            return (_changes.GetRange((int)sequence, _changes.Count - (int)sequence), _view.Status.HasEnded());
        }
    }

    /// <summary>Adds records; several readers may bring the same ones.</summary>
    public void Apply(IReadOnlyList<JournalRecord> records)
    {
        lock (_gate)
        {
            foreach (var record in records.SkipWhile(record => record.Number < _view.Count))
            {
                _changes.Add(_view.Apply(record));
            }
        }
    }
}
