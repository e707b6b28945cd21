using Microsoft.ML.OnnxRuntime;

namespace Cluster.Kernels.Runtimes;

/// <summary>
/// The arena that open sessions have in common: each alone would keep the activations of its largest run for as long as
/// it is open, though sessions that are timed in turn never need more than those of one. It is there as long as a session is:
/// memory that no session needs goes back to the system. Thread-safe.
/// </summary>
internal sealed class OrtSharedArena
{
    private readonly Lock _lock = new();
    private int _sessions;

    public static OrtSharedArena Instance { get; } = new();

    /// <summary>For a session that is about to be opened.</summary>
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

    /// <summary>Once for each <see cref="Join"/>, after the session was released.</summary>
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
