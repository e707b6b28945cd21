using System.Runtime.InteropServices;

namespace Cluster.Kernels.Tensors;

/// <summary>Settings of libtorch that hold for the whole process.</summary>
public static unsafe class TorchSettings
{
    /// <summary>
    /// Threads within one operator. libtorch itself keeps this number per thread; setting it here reaches every thread
    /// at its next call through this library, and OpenBLAS.
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

    /// <summary>Version of libtorch's CUDA runtime, such as "12.6"; null without CUDA.</summary>
    public static string? CudaRuntime
    {
        get
        {
            int version;
            NativeKernels.Check(NativeMethods.ck_cuda_runtime(&version));
            return version == 0 ? null : $"{version / 1000}.{version % 1000 / 10}";
        }
    }

    /// <summary>
    /// Whether the native library has its own kernels for CUDA: it was built with a CUDA libtorch and nvcc.
    /// </summary>
    public static bool HasCudaKernels
    {
        get
        {
            int built;
            NativeKernels.Check(NativeMethods.ck_cuda_kernels(&built));
            return built != 0;
        }
    }

    /// <summary>Seeds libtorch's own generators, on every device.</summary>
    public static void Seed(long seed) => NativeKernels.Check(NativeMethods.ck_manual_seed(seed));

    /// <summary>
    /// For CUDA, in the whole process: products and convolutions in float32 instead of TF32, and cuDNN's deterministic
    /// algorithms.
    /// </summary>
    internal static void PrepareCuda() => NativeKernels.Check(NativeMethods.ck_prepare_cuda());

    /// <summary>For CUDA, in the whole process: whether float32 is multiplied in TF32.</summary>
    internal static void AllowTf32(bool allowed) => NativeKernels.Check(NativeMethods.ck_allow_tf32(allowed ? 1 : 0));

    /// <summary>
    /// Gives the system the memory of freed tensors, which the native library keeps for the next ones, up to 256 MiB or what
    /// <see cref="WidenRoom"/> allows. For the moment before something else needs memory; tensors made afterwards cost a little more.
    /// </summary>
    public static void ReleaseFreedMemory() => NativeKernels.Check(NativeMethods.ck_release_freed());

    /// <summary>
    /// Says that tensors may fill so many bytes more (fewer where negative): the memory of freed ones is kept as long as it and that of
    /// the tensors in use are no more together. For the whole process, a sum over all calls.
    /// </summary>
    internal static void WidenRoom(long bytes) => NativeKernels.Check(NativeMethods.ck_widen_room(bytes));
}
