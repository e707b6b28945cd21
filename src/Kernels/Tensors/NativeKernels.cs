namespace Cluster.Kernels.Tensors;

/// <summary>Errors of the native library.</summary>
internal static class NativeKernels
{
    internal static void Check(int status)
    {
        if (status != 0)
        {
            throw new KernelException($"A tensor kernel failed: {NativeMethods.LastError()}");
        }
    }
}
