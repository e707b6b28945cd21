using TorchSharp;
using static TorchSharp.torch;

namespace Cluster.Kernels.Tensors;

/// <summary>
/// Copies between managed memory and tensors. Managed data is always row-major (NCHW), for any memory format of the tensor.
/// </summary>
public static class TensorFactory
{
    /// <summary>A float32 tensor on the processor; values are row-major.</summary>
    public static Tensor FromFloats(ReadOnlySpan<float> values, long[] shape) => FromMemory(values, shape, ScalarType.Float32);

    /// <summary>A float32 tensor of codes; no array of floats is made of them.</summary>
    public static Tensor FromCodes(ReadOnlySpan<sbyte> codes, long[] shape)
    {
        using var bytes = FromMemory(codes, shape, ScalarType.Int8);
        return bytes.to(ScalarType.Float32);
    }

    /// <summary>An int64 tensor on the processor; values are row-major.</summary>
    public static Tensor FromInt64(ReadOnlySpan<long> values, long[] shape) => FromMemory(values, shape, ScalarType.Int64);

    /// <summary>A tensor of the type that <see cref="TypeOf"/> says.</summary>
    public static Tensor FromTensorData(TensorData data) => FromBytes(data.Type, data.Shape, data.Bytes.Span);

    /// <inheritdoc cref="FromTensorData"/>
    /// <param name="bytes">Row-major, little-endian; copied.</param>
    public static Tensor FromBytes(ElementType type, long[] shape, ReadOnlySpan<byte> bytes) => type switch
    {
        ElementType.UInt16 => FromMemory<int>(
            Array.ConvertAll(MemoryMarshal.Cast<byte, ushort>(bytes).ToArray(), value => (int)value), shape, ScalarType.Int32),
        ElementType.UInt32 => FromInt64(Array.ConvertAll(MemoryMarshal.Cast<byte, uint>(bytes).ToArray(), value => (long)value), shape),
        _ => FromMemory(bytes, shape, TypeOf(type)),
    };

    /// <summary>
    /// libtorch's element type for an ONNX type. TorchSharp lacks the wider unsigned integers: they are in the next signed ones, those of
    /// 64 bits as the same bits.
    /// </summary>
    /// <exception cref="KernelException">TorchSharp has none.</exception>
    public static ScalarType TypeOf(ElementType type) => type switch
    {
        ElementType.Float => ScalarType.Float32,
        ElementType.Double => ScalarType.Float64,
        ElementType.Float16 => ScalarType.Float16,
        ElementType.BFloat16 => ScalarType.BFloat16,
        ElementType.UInt8 => ScalarType.Byte,
        ElementType.Int8 => ScalarType.Int8,
        ElementType.Int16 => ScalarType.Int16,
        ElementType.Int32 or ElementType.UInt16 => ScalarType.Int32,
        ElementType.Int64 or ElementType.UInt32 or ElementType.UInt64 => ScalarType.Int64,
        ElementType.Bool => ScalarType.Bool,
        _ => throw new KernelException(
            $"A tensor of element type {type} cannot be computed with; supported are float, double, float16, bfloat16, bool "
            + "and the integers up to 64 bits."),
    };

    /// <summary>The elements of a float32 tensor.</summary>
    public static float[] ToFloats(Tensor tensor)
    {
        float[] values = new float[tensor.NumberOfElements];
        CopyTo(tensor, values);
        return values;
    }

    /// <summary>
    /// Copies a float32 tensor into <paramref name="target"/>, whose length must be the number of elements.
    /// </summary>
    public static void CopyTo(Tensor tensor, Span<float> target) => CopyTo(tensor, target, ScalarType.Float32);

    /// <summary>The elements of an int64 tensor.</summary>
    public static long[] ToInt64(Tensor tensor)
    {
        long[] values = new long[tensor.NumberOfElements];
        CopyTo<long>(tensor, values, ScalarType.Int64);
        return values;
    }

    private static Tensor FromMemory<T>(ReadOnlySpan<T> values, long[] shape, ScalarType type)
        where T : unmanaged
    {
        var tensor = empty(shape, type);
        try
        {
            var source = MemoryMarshal.AsBytes(values);
            var target = tensor.bytes;
            if (source.Length != target.Length)
            {
                throw new KernelException(
                    $"A tensor of {type} and shape [{string.Join(',', shape)}] has {target.Length} bytes; {source.Length} were given.");
            }

            source.CopyTo(target);
            return tensor;
        }
        catch
        {
            tensor.Dispose();
            throw;
        }
    }

    private static void CopyTo<T>(Tensor tensor, Span<T> target, ScalarType type)
        where T : unmanaged
    {
        if (tensor.dtype != type)
        {
            throw new KernelException($"A tensor of {type} was expected, one of {tensor.dtype} was given.");
        }

        if (tensor.NumberOfElements != target.Length)
        {
            throw new KernelException(
                $"A tensor of shape [{string.Join(',', tensor.shape)}] has {tensor.NumberOfElements} elements; room for {target.Length} "
                + "was given.");
        }

        using var here = tensor.cpu();
        using var rowMajor = here.contiguous();
        MemoryMarshal.Cast<byte, T>(rowMajor.bytes).CopyTo(target);
    }
}
