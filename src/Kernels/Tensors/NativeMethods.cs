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

    [LibraryImport(Library)]
    internal static partial int ck_learned_scale(
        nint x,
        nint scale,
        int zeroPoint,
        int minimum,
        int maximum,
        double gradientScale,
        int relu,
        double probability,
        ulong seed,
        long position,
        nint* result);

    [LibraryImport(Library)]
    internal static partial int ck_power_loss(nint x, nint target, nint weights, double p, double factor, nint* result);

    [LibraryImport(Library)]
    internal static partial int ck_gather_rows(
        float* quantized, float* exact, long* rows, long count, long elements, double probability, ulong seed, nint target);

    [LibraryImport(Library)]
    internal static partial int ck_store_rows(nint x, float* target);

    [LibraryImport(Library)]
    internal static partial int ck_scale_iteration(
        nint scales,
        nint first,
        nint second,
        nint gradients,
        double learningRate,
        double firstCorrection,
        double secondCorrection,
        double smallest);

    [LibraryImport(Library)]
    internal static partial int ck_soft_round(nint floors, nint scales, nint lows, nint highs, nint v, nint weights);

    [LibraryImport(Library)]
    internal static partial int ck_rounding_iteration(
        nint floors, nint scales, nint lows, nint highs, nint v, nint first, nint second, nint weights,
        nint* gradients,
        int gradientCount,
        double learningRate,
        double firstCorrection,
        double secondCorrection,
        double lambda,
        double beta);

    internal static string LastError() => Marshal.PtrToStringUTF8((nint)ck_last_error()) ?? "unknown native error";
}
