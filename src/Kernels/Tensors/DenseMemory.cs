using TorchSharp;
using static TorchSharp.torch;

namespace Cluster.Kernels.Tensors;

/// <summary>
/// The memory of a float32 tensor on the processor, image by image, until disposed: for computations that do not depend on the order within
/// an image, and for storing a tensor and reading it back exactly. A tensor with gaps, or on another device, is copied first, row-major.
/// </summary>
internal readonly unsafe ref struct DenseMemory : IDisposable
{
    private readonly Tensor _tensor;
    private readonly bool _isOwned;
    private readonly Tensor? _dense; // a copy or a view, if the tensor itself cannot be read in order

    /// <exception cref="KernelException">It is not float32.</exception>
    public DenseMemory(Tensor tensor)
        : this(tensor, isOwned: false)
    {
    }

    private DenseMemory(Tensor tensor, bool isOwned)
    {
        if (tensor.dtype != ScalarType.Float32)
        {
            throw new KernelException($"A tensor of {ScalarType.Float32} was expected, one of {tensor.dtype} was given.");
        }

        (_tensor, _isOwned) = (tensor, isOwned);
        IsChannelsLast = tensor.is_cpu() && DenseTensor.IsChannelsLast(tensor);
        _dense = IsChannelsLast ? tensor.permute(0, 2, 3, 1) : tensor.is_cpu() && tensor.is_contiguous() ? null : RowMajor(tensor);
        var values = MemoryMarshal.Cast<byte, float>((_dense ?? tensor).bytes);
        First = (float*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(values)); // libtorch's memory, which does not move
        Length = values.Length;
    }

    public float* First { get; }

    public int Length { get; }

    /// <summary>Whether the channels of each image are innermost.</summary>
    public bool IsChannelsLast { get; }

    public Span<float> Values => new(First, Length);

    /// <summary>The memory of another tensor of the same shape, in the order of this one.</summary>
    /// <exception cref="KernelException">The shapes differ.</exception>
    public DenseMemory Beside(Tensor other)
    {
        if (!_tensor.shape.AsSpan().SequenceEqual(other.shape))
        {
            throw new KernelException(
                $"Two tensors of one shape were expected, [{string.Join(',', _tensor.shape)}] and [{string.Join(',', other.shape)}] were "
                + "given.");
        }

        return new DenseMemory(IsChannelsLast ? TensorOps.ToChannelsLast(other) : other.contiguous(), isOwned: true);
    }

    public void Dispose()
    {
        _dense?.Dispose();
        if (_isOwned)
        {
            _tensor.Dispose();
        }

        GC.KeepAlive(_tensor);
    }

    private static Tensor RowMajor(Tensor tensor)
    {
        using var here = tensor.cpu();
        return here.contiguous();
    }
}
