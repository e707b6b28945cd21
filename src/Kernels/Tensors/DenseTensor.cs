using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Cluster.Kernels.Tensors;

/// <summary>
/// The raw memory of a float32 tensor, row-major or channels-last: for computations that do not depend on the order within an image, and
/// for storing a tensor and reading it back exactly.
/// </summary>
internal static class DenseTensor
{
    /// <summary>Receives the values of a tensor, image by image, and whether each image is channels-last.</summary>
    public delegate void Reader(ReadOnlySpan<float> values, bool channelsLast);

    /// <summary>Fills the values of a tensor.</summary>
    public delegate void Writer(Span<float> values);

    /// <summary>Gives access to the values without a copy; with gaps, or on another device, they are copied first, row-major.</summary>
    /// <exception cref="KernelException">It is not float32.</exception>
    public static void Read(Tensor tensor, Reader read)
    {
        if (tensor.dtype != ScalarType.Float32)
        {
            throw new KernelException($"A tensor of {ScalarType.Float32} was expected, one of {tensor.dtype} was given.");
        }

        bool last = IsChannelsLast(tensor);
        if (tensor.is_cpu() && (last || tensor.is_contiguous()))
        {
            read(Memory(tensor, last), last);
            GC.KeepAlive(tensor);
            return;
        }

        read(TensorFactory.ToFloats(tensor), channelsLast: false);
    }

    /// <summary>Creates a tensor whose values are read into its memory.</summary>
    /// <param name="fill">Fills the values.</param>
    public static Tensor Create(long[] shape, bool channelsLast, Writer fill)
    {
        var tensor = Empty(shape, channelsLast);
        try
        {
            fill(Memory(tensor, channelsLast && shape.Length == 4));
            return tensor;
        }
        catch
        {
            tensor.Dispose();
            throw;
        }
    }

    /// <summary>Gives access to the memory of a dense tensor on the processor, to refill it.</summary>
    public static void Write(Tensor tensor, Writer fill)
    {
        fill(Memory(tensor, IsChannelsLast(tensor)));
        GC.KeepAlive(tensor);
    }

    /// <summary>A float32 tensor with uninitialised values.</summary>
    /// <param name="channelsLast">For four axes: whether the second is innermost.</param>
    /// <param name="device">Null for the processor.</param>
    public static Tensor Empty(long[] shape, bool channelsLast, Device? device = null) => channelsLast && shape is [_, var c, var h, var w]
        ? empty_strided(shape, [h * w * c, 1, w * c, c], ScalarType.Float32, device)
        : empty(shape, ScalarType.Float32, device);

    /// <summary>
    /// Judged by the strides, as operators do (c10's is_channels_last_strides_2d): with one channel or one pixel both orders are the same
    /// memory.
    /// </summary>
    public static bool IsChannelsLast(Tensor tensor)
    {
        if (tensor.dim() != 4)
        {
            return false;
        }

        var (shape, strides) = (tensor.shape, tensor.stride());
        long dense = 1;
        foreach (int axis in (ReadOnlySpan<int>)[1, 3, 2, 0])
        {
            bool hasGap = shape[axis] > 1 ? strides[axis] != dense : strides[axis] < dense;
            if (shape[axis] == 0 || hasGap || (axis == 0 && dense == strides[1]))
            {
                return false;
            }

            dense = shape[axis] > 1 ? dense * shape[axis] : strides[axis];
        }

        return true;
    }

    // The memory of a dense tensor on the processor, which the caller keeps alive: views share their memory.
    private static Span<float> Memory(Tensor tensor, bool channelsLast)
    {
        if (!channelsLast)
        {
            return MemoryMarshal.Cast<byte, float>(tensor.bytes);
        }

        using var rowMajor = tensor.permute(0, 2, 3, 1);
        return MemoryMarshal.Cast<byte, float>(rowMajor.bytes);
    }
}
