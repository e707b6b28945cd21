using static TorchSharp.torch;

namespace Cluster.Kernels.Tensors;

/// <summary>
/// A tensor's elements, row-major, in libtorch's own memory until disposed; copied where they are on another device, in another order or of
/// another type.
/// </summary>
internal sealed unsafe class TensorMemory : MemoryManager<byte>
{
    private readonly Tensor _rowMajor;

    /// <param name="type">One that <see cref="TensorFactory.TypeOf"/> knows.</param>
    public TensorMemory(Tensor tensor, ElementType type)
    {
        using var detached = tensor.detach();
        using var here = detached.cpu();
        using var typed = here.to(TensorFactory.TypeOf(type));
        _rowMajor = typed.contiguous();
        int size = TensorData.ElementSize(type);
        Data = new TensorData(type, _rowMajor.shape, GetSpan().Length == size * _rowMajor.NumberOfElements
            ? Memory
            : GetSpan().ToArray().Chunk(2 * size).SelectMany(wide => wide.Take(size)).ToArray()); // little-endian, of twice the size
    }

    /// <summary>The elements; to be read before this is disposed.</summary>
    public TensorData Data { get; }

    public override Span<byte> GetSpan() => _rowMajor.bytes;

    // libtorch's memory does not move.
    public override MemoryHandle Pin(int elementIndex = 0) =>
        new((byte*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(GetSpan())) + elementIndex);

    public override void Unpin()
    {
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _rowMajor.Dispose();
        }
    }
}
