namespace Cluster.Storage.Locks;

/// <summary>
/// A reader/writer lock over all processes of this machine: accuracy work holds it shared, timing holds it exclusively. It is a flock, so
/// the system releases it when the process ends in any way. Acquisitions are independent; none is re-entrant.
/// </summary>
/// <remarks>
/// flock lets later readers overtake a waiting writer indefinitely. So there are two files: every claimant passes the
/// gate first, one at a time, and a writer stays in the gate until the last reader has left.
/// </remarks>
public sealed class MachineLock
{
    /// <summary>The environment variable that names the lock file shared by the programs of this machine.</summary>
    public const string Variable = "CLUSTER_MACHINE_LOCK";

    private static readonly TimeSpan SilentFor = TimeSpan.FromSeconds(2);

    private readonly string _path;
    private readonly TimeProvider _time;
    private readonly HashSet<SharedHold> _shared = [];
    private readonly Lock _waits = new();
    private int _waiting; // acquisitions
    private long _since; // timestamp, while some wait
    private TimeSpan _waited; // before that

    /// <summary>A lock by its file: the same path is the same lock, in every process.</summary>
    /// <param name="path">The lock file, created on first use, with path + ".gate" next to it. Null: the machine's, see
    /// <see cref="OfMachine"/>.</param>
    /// <param name="time">The clock of waits; null: the system's.</param>
    public MachineLock(string? path = null, TimeProvider? time = null) =>
        (_path, _time) = (path ?? OfMachine(Environment.GetEnvironmentVariable(Variable)), time ?? TimeProvider.System);

    /// <summary>Receives a sentence, without its full stop, when a wait is no short one, and when such a one has ended.</summary>
    public Action<string>? Said { get; set; }

    /// <summary>How long acquisitions through this object have waited in all, with those that last; several at once count once.</summary>
    public TimeSpan Waited
    {
        get
        {
            lock (_waits)
            {
                return _waiting == 0 ? _waited : _waited + _time.GetElapsedTime(_since);
            }
        }
    }

    /// <summary>
    /// The file for the whole machine: the named one, which containers of one host can share, or cluster-machine.lock in the temporary
    /// folder.
    /// </summary>
    /// <param name="named">The value of <see cref="Variable"/>, or null.</param>
    public static string OfMachine(string? named) =>
        string.IsNullOrEmpty(named) ? Path.Combine(Path.GetTempPath(), "cluster-machine.lock") : Path.GetFullPath(named);

    /// <summary>Creates the files if missing.</summary>
    /// <exception cref="JobException">They cannot be opened or created.</exception>
    public void RequireUsable()
    {
        using (FileLock.Open(_path))
        using (OpenGate())
        {
            // They exist, and can be locked.
        }
    }

    /// <summary>Waits until no process holds it exclusively; dispose of the result to release it.</summary>
    /// <exception cref="OperationCanceledException">Cancelled while waiting.</exception>
    /// <exception cref="JobException">The file cannot be opened or locked.</exception>
    public async Task<IDisposable> SharedAsync(CancellationToken cancellation = default)
    {
        var hold = new SharedHold(this, await AcquireAsync(FileLockMode.Shared, cancellation));
        lock (_shared)
        {
            _shared.Add(hold);
        }

        return hold;
    }

    /// <summary>
    /// Releases what was acquired shared through this object while its holder waits for others, and acquires it again. A wait that fails
    /// leaves it released.
    /// </summary>
    /// <param name="wait">The wait, in which the holder must not use the machine.</param>
    /// <param name="cancellation">Cancels the second acquisition.</param>
    /// <exception cref="OperationCanceledException">Cancelled while acquiring it again.</exception>
    /// <exception cref="JobException">The file cannot be opened or locked.</exception>
    public async Task<T> AsideAsync<T>(Func<Task<T>> wait, CancellationToken cancellation)
    {
        SharedHold[] held;
        lock (_shared)
        {
            held = [.. _shared];
        }

        Array.ForEach(held, hold => hold.Release());
        var result = await wait();
        foreach (var hold in held)
        {
            await hold.AcquireAsync(cancellation);
        }

        return result;
    }

    /// <summary>Waits until no process holds it; dispose of the result to release it.</summary>
    /// <exception cref="OperationCanceledException">Cancelled while waiting.</exception>
    /// <exception cref="JobException">The file cannot be opened or locked.</exception>
    public Task<IDisposable> ExclusiveAsync(CancellationToken cancellation = default) => AcquireAsync(FileLockMode.Exclusive, cancellation);

    /// <summary>The gate's file, which tells <see cref="MachineShare"/> whether a process is waiting.</summary>
    internal FileLock OpenGate() => FileLock.Open(GateOf(_path));

    internal static string GateOf(string path) => path + ".gate";

    private Task<IDisposable> AcquireAsync(FileLockMode mode, CancellationToken cancellation)
    {
        if (cancellation.IsCancellationRequested)
        {
            return Task.FromCanceled<IDisposable>(cancellation);
        }

        MachineLockRequest request = new(_path, mode);
        return request.TryAcquire() is { } held ? Task.FromResult(held) : WaitAsync(request, cancellation);
    }

    private async Task<IDisposable> WaitAsync(MachineLockRequest request, CancellationToken cancellation)
    {
        long began = _time.GetTimestamp();
        Count(1);
        bool isSaid = false;
        var late = _time.CreateTimer(
            _ =>
            {
                isSaid = true;
                Said?.Invoke("waiting for another program that measures on this machine; this time does not count");
            },
            state: null,
            SilentFor,
            Timeout.InfiniteTimeSpan);
        try
        {
            return await request.WaitAsync(cancellation);
        }
        finally
        {
            Count(-1);
            await late.DisposeAsync();
            if (isSaid)
            {
                Said?.Invoke($"waited {_time.GetElapsedTime(began).TotalSeconds:F0} s for the other program");
            }
        }
    }

    private void Count(int more)
    {
        lock (_waits)
        {
            if (_waiting > 0)
            {
                _waited += _time.GetElapsedTime(_since);
            }

            (_waiting, _since) = (_waiting + more, _time.GetTimestamp());
        }
    }

    private sealed class SharedHold(MachineLock machine, IDisposable acquired) : IDisposable
    {
        private IDisposable? _acquired = acquired;

        public async Task AcquireAsync(CancellationToken cancellation) =>
            _acquired = await machine.AcquireAsync(FileLockMode.Shared, cancellation);

        public void Release()
        {
            _acquired?.Dispose();
            _acquired = null;
        }

        public void Dispose()
        {
            Release();
            lock (machine._shared)
            {
                machine._shared.Remove(this);
            }
        }
    }
}
