using System.Runtime.InteropServices;

namespace Cluster.Kernels.Tensors;

/// <summary>
/// cluster_kernels.h. Every int is a status: 0, or 1 with a text in ck_last_error of the calling thread.
/// </summary>
internal static unsafe partial class NativeMethods
{
    internal const string Library = "cluster_kernels";

    static NativeMethods() => NativeLoader.Prepare();

    [LibraryImport(Library)]
    internal static partial byte* ck_last_error();

    [LibraryImport(Library)]
    internal static partial int ck_winograd_weights(float* weights, long edge, long outputs, long inputs, float* transformed);

    [LibraryImport(Library)]
    internal static partial int ck_winograd_3x3(
        nint x, long edge, long inputs, float* transformed, float* bias, long outputs, nint* result);

    [LibraryImport(Library)]
    internal static partial int ck_winograd_conv(nint x, nint weight, nint bias, nint* result);

    internal static string LastError() => Marshal.PtrToStringUTF8((nint)ck_last_error()) ?? "unknown native error";
}
