namespace Cluster.Kernels.Runtimes;

/// <summary>
/// The arena that open sessions have in common: each alone would keep the activations of its largest run for as long as
/// it is open, though sessions that are timed in turn never need more than those of one. It is there as long as a session is:
/// memory that no session needs goes back to the system. Thread-safe.
/// </summary>
internal sealed unsafe class OrtSharedArena
{
    private const int ArenaAllocator = 1; // OrtArenaAllocator
    private const int DefaultMemory = 0; // OrtMemTypeDefault
    private const string Failure = "ONNX Runtime does not share its memory among sessions";

    private readonly OrtApi _api;
    private readonly nint _environment;
    private readonly nint _memory;
    private readonly Lock _lock = new();
    private int _sessions;

    public OrtSharedArena(OrtApi api, nint environment)
    {
        (_api, _environment) = (api, environment);
        nint memory;
        api.Check(api.CreateCpuMemoryInfo(ArenaAllocator, DefaultMemory, &memory), Failure);
        _memory = memory;
    }

    /// <summary>For a session that is about to be opened.</summary>
    public void Join()
    {
        lock (_lock)
        {
            if (_sessions == 0)
            {
                _api.Check(_api.CreateAndRegisterAllocator(_environment, _memory, 0), Failure);
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
                _api.Check(_api.UnregisterAllocator(_environment, _memory), Failure);
            }
        }
    }
}
