using TorchSharp;
using static TorchSharp.torch;

namespace Cluster.Kernels.Tensors;

/// <summary>Float32 tensors without gaps, row-major or channels-last.</summary>
internal static class DenseTensor
{
    /// <summary>Fills the values of a tensor.</summary>
    public delegate void Writer(Span<float> values);

    /// <summary>Creates a tensor whose values are read into its memory.</summary>
    /// <param name="fill">Fills the values.</param>
    public static Tensor Create(long[] shape, bool channelsLast, Writer fill)
    {
        var tensor = Empty(shape, channelsLast);
        try
        {
            using var memory = new DenseMemory(tensor);
            fill(memory.Values);
            return tensor;
        }
        catch
        {
            tensor.Dispose();
            throw;
        }
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
}
