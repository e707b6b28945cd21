using System.Runtime.InteropServices;
using TorchSharp.PInvoke;

namespace TorchSharp;

/// <summary>The part of TorchSharp's surface that this product uses, over libcluster_kernels and the libtorch of the system.</summary>
public static partial class torch
{
    /// <summary>The version of libtorch.</summary>
    public static unsafe string __version__ => Marshal.PtrToStringUTF8((nint)NativeMethods.ck_torch_version()) ?? string.Empty;

    public static DisposeScope NewDisposeScope() => DisposeScopeManager.ThreadSingleton.NewDisposeScope();

    /// <summary>Loads the native library, so that a missing one shows here.</summary>
    public static void InitializeDeviceType(DeviceType deviceType)
    {
        _ = NativeMethods.ck_abi_version();
        if (deviceType == DeviceType.CUDA && CudaDevices() == 0)
        {
            throw new InvalidOperationException("Torch device type CUDA did not initialise on the current machine.");
        }
    }

    private static unsafe int CudaDevices()
    {
        int count;
        NativeMethods.Check(NativeMethods.ck_cuda_device_count(&count));
        return count;
    }
}
