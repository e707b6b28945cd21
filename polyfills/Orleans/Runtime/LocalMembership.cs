using System.Diagnostics.CodeAnalysis;

namespace Orleans.Runtime;

/// <summary>The members of a cluster of one silo.</summary>
internal sealed class LocalMembership : ISiloStatusOracle
{
    private readonly Lock _gate = new();
    private List<WeakReference<ISiloStatusListener>> _listeners = [];

    public bool TryGetSiloName(SiloAddress siloAddress, [NotNullWhen(true)] out string? siloName)
    {
        siloName = null;
        return false;
    }

    public bool SubscribeToSiloStatusEvents(ISiloStatusListener observer)
    {
        lock (_gate)
        {
            if (_listeners.Exists(known => Is(known, observer)))
            {
                return false;
            }

            _listeners = [.. _listeners, new WeakReference<ISiloStatusListener>(observer)];
            return true;
        }
    }

    public bool UnSubscribeFromSiloStatusEvents(ISiloStatusListener observer)
    {
        lock (_gate)
        {
            var before = _listeners.Count;
            _listeners = _listeners.FindAll(known => !Is(known, observer));
            return _listeners.Count < before;
        }
    }

    /// <summary>Tells what became of the silo.</summary>
    public void Tell(SiloStatus status)
    {
        List<WeakReference<ISiloStatusListener>> listeners;
        lock (_gate)
        {
            listeners = _listeners;
        }

        foreach (var known in listeners)
        {
            if (known.TryGetTarget(out var listener))
            {
                listener.SiloStatusChangeNotification(SiloAddress.Local, status);
            }
        }
    }

    private static bool Is(WeakReference<ISiloStatusListener> known, ISiloStatusListener observer) =>
        known.TryGetTarget(out var listener) && ReferenceEquals(listener, observer);
}
