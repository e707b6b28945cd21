using TorchSharp;
using static TorchSharp.torch;

namespace Cluster.Kernels.Tensors;

/// <summary>
/// The memory of a float32 tensor as it lies there, row-major or channels-last: for what does not depend on the order
/// within an image, and for storing a tensor and reading it back to the bit.
/// </summary>
internal static unsafe class DenseTensor
{
    /// <summary>Receives the values of a tensor, image by image, and whether each image is channels-last.</summary>
    public delegate void Reader(ReadOnlySpan<float> values, bool channelsLast);

    /// <summary>Fills the values of a tensor.</summary>
    public delegate void Writer(Span<float> values);

    /// <summary>Shows the values without a copy; one that has gaps is copied first, row-major.</summary>
    /// <exception cref="KernelException">It is not float32.</exception>
    public static void Read(Tensor tensor, Reader read)
    {
        if (tensor.dtype != ScalarType.Float32)
        {
            throw new KernelException($"A tensor of {ScalarType.Float32} was expected, one of {tensor.dtype} was given.");
        }

        void* data;
        int channelsLast;
        NativeKernels.Check(NativeMethods.ck_tensor_dense(tensor.Handle, &data, &channelsLast));
        if (data is null && tensor.NumberOfElements > 0)
        {
            read(TensorFactory.ToFloats(tensor), channelsLast: false);
            return;
        }

        read(new ReadOnlySpan<float>(data, checked((int)tensor.NumberOfElements)), channelsLast != 0);
        GC.KeepAlive(tensor);
    }

    /// <summary>A tensor of a shape whose values are read into its memory.</summary>
    /// <param name="fill">Fills the values.</param>
    public static Tensor Create(long[] shape, bool channelsLast, Writer fill)
    {
        nint handle;
        fixed (long* dimensions = shape)
        {
            NativeKernels.Check(NativeMethods.ck_tensor_empty(
                dimensions, shape.Length, channelsLast ? 1 : 0, (int)ScalarType.Float32, &handle));
        }

        var tensor = Tensor.UnsafeCreateTensor(handle);
        try
        {
            void* data;
            int last;
            NativeKernels.Check(NativeMethods.ck_tensor_dense(handle, &data, &last));
            fill(new Span<float>(data, checked((int)tensor.NumberOfElements)));
            return tensor;
        }
        catch
        {
            tensor.Dispose();
            throw;
        }
    }
}
