using System.Runtime.InteropServices;

namespace Cluster.Kernels.Runtimes;

/// <summary>
/// Native session; counts the runs under way, so that disposing the session during a run frees it after the run.
/// </summary>
internal sealed unsafe class OrtSessionHandle : SafeHandle
{
    public OrtSessionHandle(nint session)
        : base(0, ownsHandle: true)
        => SetHandle(session);

    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        OrtRuntime.Instance.Api.ReleaseSession(handle);
        return true;
    }
}
