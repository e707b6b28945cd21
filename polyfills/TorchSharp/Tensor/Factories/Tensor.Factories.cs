using TorchSharp.PInvoke;
using static TorchSharp.PInvoke.Operators;

namespace TorchSharp;

public static partial class torch
{
    public static Tensor zeros(long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        Finish(Call("aten::zeros", string.Empty, size, dtype), device, requires_grad);

    public static Tensor zeros(long size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => zeros([size], dtype, device, requires_grad);

    public static Tensor zeros(long rows, long columns, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        zeros([rows, columns], dtype, device, requires_grad);

    public static Tensor zeros_like(Tensor input) => Call("aten::zeros_like", string.Empty, input);

    public static Tensor ones(long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        Finish(Call("aten::ones", string.Empty, size, dtype), device, requires_grad);

    public static Tensor ones(long size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => ones([size], dtype, device, requires_grad);

    public static Tensor ones(long rows, long columns, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        ones([rows, columns], dtype, device, requires_grad);

    public static Tensor ones_like(Tensor input) => Call("aten::ones_like", string.Empty, input);

    public static Tensor empty(long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        Finish(Call("aten::empty", "memory_format", size, dtype), device, requires_grad);

    /// <summary>Uniform in [0, 1).</summary>
    public static Tensor rand(long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        Finish(Call("aten::rand", string.Empty, size, dtype), device, requires_grad);

    /// <summary>Standard normal.</summary>
    public static Tensor randn(long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        Finish(Call("aten::randn", string.Empty, size, dtype), device, requires_grad);

    public static Tensor full(long[] size, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        Finish(Call("aten::full", string.Empty, size, value, dtype), device, requires_grad);

    public static Tensor arange(Scalar stop, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        Finish(Call("aten::arange", string.Empty, stop, dtype), device, requires_grad);

    public static Tensor arange(Scalar start, Scalar stop, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        Finish(Call("aten::arange", "start", start, stop, dtype), device, requires_grad);

    public static Tensor arange(Scalar start, Scalar stop, Scalar step, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        Finish(Call("aten::arange", "start_step", start, stop, step, dtype), device, requires_grad);

    /// <summary>A random permutation of 0 … n - 1.</summary>
    public static Tensor randperm(long n, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        Finish(Call("aten::randperm", string.Empty, n, dtype ?? ScalarType.Int64), device, requires_grad);

    public static Tensor cat(IList<Tensor> tensors, long dim = 0) => Call("aten::cat", string.Empty, tensors.ToArray(), dim);

    public static Tensor stack(IEnumerable<Tensor> tensors, long dim = 0) => Call("aten::stack", string.Empty, tensors.ToArray(), dim);

    internal static Tensor Move(Tensor tensor, Device device) =>
        Call("aten::to", "dtype_layout", tensor, Argument.None, Argument.None, device.ToString());

    /// <summary>Factories make a leaf on the CPU first: an intermediate must not stay behind in the scope.</summary>
    private static Tensor Finish(Tensor tensor, Device? device, bool requiresGrad)
    {
        Tensor result = tensor;
        if (device is not null && device.type != DeviceType.CPU)
        {
            result = Move(tensor, device);
            tensor.Dispose();
        }

        return requiresGrad ? result.requires_grad_() : result;
    }

    private static unsafe Tensor FromMemory<T>(ReadOnlySpan<T> values, ReadOnlySpan<long> dimensions, ScalarType type, ScalarType? dtype, Device? device, bool requiresGrad)
        where T : unmanaged
    {
        nint handle;
        fixed (T* data = values)
        fixed (long* shape = dimensions)
        {
            NativeMethods.Check(NativeMethods.ck_tensor_from_memory(data, (long)values.Length * sizeof(T), shape, dimensions.Length, (int)type, &handle));
        }

        Tensor tensor = new(handle);
        if (dtype is null || dtype == type)
        {
            return Finish(tensor, device, requiresGrad);
        }

        Tensor converted = tensor.to_type(dtype.Value);
        tensor.Dispose();
        return Finish(converted, device, requiresGrad);
    }
}
