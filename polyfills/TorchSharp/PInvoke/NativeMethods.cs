using System.Runtime.InteropServices;

namespace TorchSharp.PInvoke;

/// <summary>
/// The functions of libcluster_kernels that stand-ins are made of. Every int is a status: 0, or 1 with a text in
/// ck_last_error.
/// </summary>
internal static unsafe partial class NativeMethods
{
    internal const string Library = "cluster_kernels";

    static NativeMethods() => NativeLibraryResolver.Register();

    [LibraryImport(Library)]
    internal static partial int ck_abi_version();

    [LibraryImport(Library)]
    internal static partial byte* ck_torch_version();

    [LibraryImport(Library)]
    internal static partial byte* ck_last_error();

    [LibraryImport(Library)]
    internal static partial int ck_cuda_device_count(int* count);

    [LibraryImport(Library)]
    internal static partial int ck_grad_enabled(int* enabled);

    [LibraryImport(Library)]
    internal static partial int ck_set_grad_enabled(int enabled);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int ck_find(string name, string overload, nint* op);

    [LibraryImport(Library)]
    internal static partial int ck_call(nint op, NativeValue* arguments, int count, NativeValue** results, int* resultCount);

    [LibraryImport(Library)]
    internal static partial int ck_tensor_from_memory(void* data, long bytes, long* shape, int dimensions, int scalarType, nint* tensor);

    [LibraryImport(Library)]
    internal static partial int ck_tensor_info_of(nint tensor, NativeTensorInfo* info);

    [LibraryImport(Library)]
    internal static partial int ck_tensor_shape(nint tensor, long* shape, long* strides);

    [LibraryImport(Library)]
    internal static partial int ck_tensor_to_memory(nint tensor, void* data, long bytes);

    [LibraryImport(Library)]
    internal static partial void ck_tensor_dispose(nint tensor);

    [LibraryImport(Library)]
    internal static partial int ck_tensor_set_requires_grad(nint tensor, int requiresGrad);

    [LibraryImport(Library)]
    internal static partial int ck_tensor_grad(nint tensor, nint* grad);

    [LibraryImport(Library)]
    internal static partial int ck_backward(
        nint* tensors, int count, nint* gradients, int gradientCount, int retainGraph, int createGraph, nint* inputs, int inputCount);

    [LibraryImport(Library)]
    internal static partial int ck_grad(
        nint* outputs, int outputCount, nint* inputs, int inputCount, nint* gradients, int gradientCount,
        int retainGraph, int createGraph, int allowUnused, nint* results);

    /// <summary>As TorchSharp does, a native error is an <see cref="ExternalException"/> with libtorch's text.</summary>
    internal static void Check(int status)
    {
        if (status != 0)
        {
            throw new ExternalException(Marshal.PtrToStringUTF8((nint)ck_last_error()));
        }
    }
}
