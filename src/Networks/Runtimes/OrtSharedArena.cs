namespace Cluster.Networks.Runtimes;

/// <summary>
/// The arena that open sessions share: alone, each would keep the activations of its largest run for as long as it is open, though sessions
/// timed in turn only need those of one. It exists while any session is open: memory that no session needs goes back to the system.
/// Thread-safe.
/// </summary>
internal sealed class OrtSharedArena
{
    private readonly Lock _lock = new();
    private int _sessions;

    public static OrtSharedArena Instance { get; } = new();

    /// <summary>Call before opening a session.</summary>
    public void Join()
    {
        lock (_lock)
        {
            if (_sessions == 0)
            {
                using var memory = Memory();
                using var usual = new OrtArenaCfg(0, arenaExtendStrategy: -1, initialChunkSizeBytes: -1, maxDeadBytesPerChunk: -1);
                OrtRuntime.Instance.CreateAndRegisterAllocator(memory, usual);
            }

            _sessions++;
        }
    }

    /// <summary>Call once for each <see cref="Join"/>, after the session was released.</summary>
    public void Leave()
    {
        lock (_lock)
        {
            _sessions--;
            if (_sessions == 0)
            {
                using var memory = Memory();
                OrtRuntime.Instance.UnregisterAllocator(memory);
            }
        }
    }

    private static OrtMemoryInfo Memory() =>
        new(OrtMemoryInfo.allocatorCPU, OrtAllocatorType.ArenaAllocator, 0, OrtMemType.Default);
}
