namespace Cluster.Storage.Locks;

/// <summary>
/// The machine lock, held shared by long work that yields between two of its steps, so that a waiting process can time
/// something exclusively. Not thread-safe: for the thread that runs the steps.
/// </summary>
/// <remarks>
/// A process that wants the machine exclusively stays in the gate of <see cref="MachineLock"/> until the last reader has left, so a taken
/// gate is the request. To come back, the work passes the gate, after those who were there before and, as the kernel wakes waiters of flock
/// in their order, before later ones. Then the work has a turn as long as its wait was, so that consecutive timings leave it half of the
/// machine's time, and none of them waits for longer than <see cref="LongestTurn"/> and a step.
/// </remarks>
public sealed class MachineShare : IDisposable
{
    /// <summary>The longest time that the work makes another process wait, apart from its current step.</summary>
    public static readonly TimeSpan LongestTurn = TimeSpan.FromSeconds(30);

    private readonly MachineLock _machine;
    private readonly TimeProvider _time;
    private readonly FileLock _gate;
    private IDisposable? _hold;
    private long _since;
    private long _away; // timestamps
    private TimeSpan _turn;

    private MachineShare(MachineLock machine, TimeProvider time)
    {
        _machine = machine;
        _time = time;
        _gate = machine.OpenGate();
        Clock = new WorkingTime(this);
    }

    /// <summary>A clock that stops while the work has yielded.</summary>
    public TimeProvider Clock { get; }

    /// <summary>Whether another process wants the machine exclusively and the work has had its turn.</summary>
    /// <exception cref="JobException">The lock's file cannot be locked.</exception>
    public bool IsAwaited
    {
        get
        {
            if (_time.GetElapsedTime(_since) < _turn)
            {
                return false;
            }

            // Shared, so that two processes that check at the same time do not mistake each other for a waiter.
            if (!_gate.TryLock(FileLockMode.Shared))
            {
                return true;
            }

            _gate.Unlock();
            return false;
        }
    }

    /// <summary>Waits for the machine like <see cref="MachineLock.SharedAsync"/>.</summary>
    /// <param name="time">The system's if null.</param>
    /// <exception cref="OperationCanceledException">Cancelled while waiting.</exception>
    /// <exception cref="JobException">The lock's file cannot be opened or locked.</exception>
    public static async Task<MachineShare> TakeAsync(MachineLock machine, CancellationToken cancellation, TimeProvider? time = null)
    {
        var share = new MachineShare(machine, time ?? TimeProvider.System);
        try
        {
            share.Hold(await machine.SharedAsync(cancellation));
            return share;
        }
        catch
        {
            share.Dispose();
            throw;
        }
    }

    /// <summary>Releases the machine and waits for it again. The work must not run meanwhile.</summary>
    /// <exception cref="OperationCanceledException">Cancelled while waiting; the machine is no longer held.</exception>
    /// <exception cref="JobException">The lock's file cannot be locked.</exception>
    public void GiveWay(CancellationToken cancellation)
    {
        long left = _time.GetTimestamp();
        _hold?.Dispose();
        _hold = null;
        Hold(_machine.SharedAsync(cancellation).GetAwaiter().GetResult());
        _away += _since - left;
        var waited = _time.GetElapsedTime(left, _since);
        _turn = waited < LongestTurn ? waited : LongestTurn;
    }

    /// <summary>Releases the machine.</summary>
    public void Dispose()
    {
        _hold?.Dispose();
        _hold = null;
        _gate.Dispose();
    }

    private void Hold(IDisposable hold)
    {
        _hold = hold;
        _since = _time.GetTimestamp();
    }

    private sealed class WorkingTime(MachineShare share) : TimeProvider
    {
        public override long TimestampFrequency => share._time.TimestampFrequency;

        public override long GetTimestamp() => share._time.GetTimestamp() - share._away;
    }
}
