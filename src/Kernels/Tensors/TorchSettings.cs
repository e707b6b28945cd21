using TorchSharp;
using static TorchSharp.torch;

namespace Cluster.Kernels.Tensors;

/// <summary>Settings of libtorch that hold for the whole process.</summary>
public static class TorchSettings
{
    private static int _threads = get_num_threads();

    [ThreadStatic]
    private static int _applied;

    /// <summary>
    /// Threads within one operator. libtorch keeps this number per thread: a change made on another thread takes effect when a thread next
    /// starts a network, or reads the number.
    /// </summary>
    public static int Threads
    {
        get
        {
            ApplyThreads();
            return get_num_threads();
        }

        set
        {
            Volatile.Write(ref _threads, value);
            ApplyThreads();
        }
    }

    /// <summary>Version of libtorch, e.g. "2.10.0".</summary>
    public static string Version { get; } = string.Join('.', __version__.Split('.').Take(3));

    /// <summary>CUDA devices that libtorch can use; 0 without CUDA.</summary>
    public static int CudaDevices => cuda.device_count();

    /// <summary>
    /// Returns the memory of freed tensors, which is kept for new ones, to the system. Call it before something else needs memory; tensors
    /// made afterwards cost a little more.
    /// </summary>
    public static void ReleaseFreedMemory() => HeapSettings.Trim();

    /// <summary>Makes the calling thread use <see cref="Threads"/>; call it where work starts on a thread.</summary>
    internal static void ApplyThreads()
    {
        int threads = Volatile.Read(ref _threads);
        if (_applied != threads)
        {
            set_num_threads(threads);
            _applied = threads;
        }
    }

    /// <summary>For CUDA, in the whole process: whether float32 is multiplied in TF32.</summary>
    internal static void AllowTf32(bool allowed)
    {
        backends.cuda.matmul.allow_tf32 = allowed;
        backends.cudnn.allow_tf32 = allowed;
    }
}
