namespace Cluster.Storage.Locks;

/// <summary>
/// One acquisition. flock cannot be interrupted, so a wait blocks a separate thread. On cancellation the caller is released at once, the
/// gate is opened for the others, and the thread releases anything it still acquires.
/// </summary>
internal sealed class MachineLockRequest
{
    private readonly FileLockMode _mode;
    private readonly FileLock _gate;
    private readonly FileLock _file;
    private readonly TaskCompletionSource<IDisposable> _acquired = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _guard = new();
    private bool _abandoned;

    public MachineLockRequest(string path, FileLockMode mode)
    {
        _mode = mode;
        _gate = FileLock.Open(MachineLock.GateOf(path));
        try
        {
            _file = FileLock.Open(path);
        }
        catch
        {
            _gate.Dispose();
            throw;
        }
    }

    /// <summary>The lock if it is free, which needs no thread; else null, then call <see cref="WaitAsync"/>.</summary>
    public IDisposable? TryAcquire()
    {
        if (!_gate.TryLock(FileLockMode.Exclusive))
        {
            return null;
        }

        // With the gate passed but the lock taken, the gate is kept: the wait continues from here.
        if (!_file.TryLock(_mode))
        {
            return null;
        }

        _gate.Dispose();
        return _file;
    }

    public async Task<IDisposable> WaitAsync(CancellationToken cancellation)
    {
        Thread thread = new(Wait) { IsBackground = true, Name = "machine lock" };
        thread.Start();
        using CancellationTokenRegistration registration = cancellation.Register(() => Abandon(cancellation));
        return await _acquired.Task;
    }

    private void Wait()
    {
        bool handedOver = false;
        try
        {
            _gate.Lock(FileLockMode.Exclusive); // no effect if TryAcquire kept it
            if (!IsAbandoned())
            {
                _file.Lock(_mode);
            }

            lock (_guard)
            {
                handedOver = !_abandoned && _acquired.TrySetResult(_file);
            }
        }
        catch (JobException failure)
        {
            _acquired.TrySetException(failure);
        }
        finally
        {
            lock (_guard)
            {
                _gate.Dispose(); // not while Abandon unlocks it
            }

            if (!handedOver)
            {
                _file.Dispose();
            }
        }
    }

    private bool IsAbandoned()
    {
        lock (_guard)
        {
            return _abandoned;
        }
    }

    private void Abandon(CancellationToken cancellation)
    {
        lock (_guard)
        {
            if (_acquired.TrySetCanceled(cancellation))
            {
                _abandoned = true;
                _gate.Unlock();
            }
        }
    }
}
