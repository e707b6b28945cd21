using System.Runtime.InteropServices;

namespace Cluster.Kernels.Runtimes;

/// <summary>
/// Native session; counts the runs under way, so that disposing the session during a run frees it after the run.
/// </summary>
internal sealed unsafe class OrtSessionHandle : SafeHandle
{
    private readonly OrtSharedArena? _arena;

    /// <param name="arena">What the session has joined; null: none.</param>
    public OrtSessionHandle(nint session, OrtSharedArena? arena)
        : base(0, ownsHandle: true)
    {
        _arena = arena;
        SetHandle(session);
    }

    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        OrtRuntime.Instance.Api.ReleaseSession(handle);
        _arena?.Leave();
        return true;
    }
}
