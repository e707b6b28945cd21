namespace Cluster.Coordinator.Search;

/// <summary>The attempts at one item, from its job's journal.</summary>
public sealed class ItemAttempts
{
    private readonly List<FailedResult> _failures = [];
    private readonly HashSet<(string Node, string Slot)> _failedDevices = [];
    private int _hostsLost;

    /// <summary>No attempts yet.</summary>
    internal static ItemAttempts None { get; } = new();

    /// <summary>Attempts started so far, with any outcome.</summary>
    public int Started { get; private set; }

    /// <summary>The failures of attempts, in order; attempts whose end was not observed are left out.</summary>
    public IReadOnlyList<FailedResult> Failures => _failures;

    /// <summary>
    /// Losses of hosts and of devices that the item may have caused. One device that fails several times counts once, as the device may be
    /// faulty.
    /// </summary>
    public int Losses => _hostsLost + _failedDevices.Count;

    /// <summary>The attempt without a known end, or null.</summary>
    public AttemptStarted? Open { get; private set; }

    /// <summary>The attempt during which others were started, if its own end was never recorded; or null.</summary>
    public AttemptStarted? Earlier { get; private set; }

    /// <summary>Whether the last attempt started alone on its host.</summary>
    public bool WasAlone { get; private set; }

    internal void Start(AttemptStarted started)
    {
        Started = started.Attempt;
        WasAlone = started.Alone;
        Earlier ??= Open;
        Open = started;
    }

    internal void Fail(AttemptFailed failed)
    {
        _failures.Add(failed.Failure);
        switch (failed.Failure.Kind)
        {
            case FailureKind.HostLost:
                _hostsLost++;
                break;
            case FailureKind.DeviceError:
                _failedDevices.Add((Open?.Node ?? string.Empty, Open?.Slot ?? string.Empty));
                break;
        }

        Open = null;
    }

    internal void End() => (Open, Earlier) = (null, null);
}
