using System.Runtime.InteropServices;

namespace Cluster.Kernels.Tensors;

/// <summary>Settings of libtorch that hold for the whole process.</summary>
public static unsafe class TorchSettings
{
    /// <summary>
    /// Threads within one operator. libtorch itself keeps this number per thread; setting it here reaches every thread at its next
    /// call through this library, and OpenBLAS.
    /// </summary>
    public static int Threads
    {
        get
        {
            int threads;
            NativeKernels.Check(NativeMethods.ck_get_threads(&threads));
            return threads;
        }

        set => NativeKernels.Check(NativeMethods.ck_set_threads(value));
    }

    /// <summary>Version of libtorch, e.g. "1.13.0".</summary>
    public static string Version => Marshal.PtrToStringUTF8((nint)NativeMethods.ck_torch_version()) ?? string.Empty;

    /// <summary>CUDA devices that libtorch can use; 0 without CUDA.</summary>
    public static int CudaDevices
    {
        get
        {
            int count;
            NativeKernels.Check(NativeMethods.ck_cuda_device_count(&count));
            return count;
        }
    }

    public static bool IsCudaAvailable => CudaDevices > 0;

    /// <summary>Seeds libtorch's own generators, on every device.</summary>
    public static void Seed(long seed) => NativeKernels.Check(NativeMethods.ck_manual_seed(seed));
}
