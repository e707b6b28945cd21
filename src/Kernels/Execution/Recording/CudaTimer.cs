using Cluster.Kernels.Runtimes.Timing;
using Cluster.Kernels.Tensors;

namespace Cluster.Kernels.Execution.Recording;

/// <summary>Two CUDA events around what is queued: the device's own clock, without the processor's way to it and back.</summary>
internal sealed unsafe class CudaTimer : IWorkTimer
{
    private readonly nint _first;
    private readonly nint _last;

    /// <param name="index">Of the device.</param>
    public CudaTimer(int index)
    {
        nint first, last;
        NativeKernels.Check(NativeMethods.ck_event_new(index, &first));
        _first = first;
        NativeKernels.Check(NativeMethods.ck_event_new(index, &last));
        _last = last;
    }

    public TimeSpan Time(Action work)
    {
        float milliseconds;
        NativeKernels.Check(NativeMethods.ck_event_record(_first));
        work();
        NativeKernels.Check(NativeMethods.ck_event_record(_last));
        NativeKernels.Check(NativeMethods.ck_event_elapsed(_first, _last, &milliseconds));
        return TimeSpan.FromMilliseconds(milliseconds);
    }

    public void Dispose()
    {
        NativeMethods.ck_event_dispose(_first);
        NativeMethods.ck_event_dispose(_last);
    }
}
