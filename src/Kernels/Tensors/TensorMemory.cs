using System.Buffers;
using static TorchSharp.torch;

namespace Cluster.Kernels.Tensors;

/// <summary>
/// A tensor's elements, row-major, in libtorch's own memory until disposed; copied where they are on another device, in another order or of
/// another type.
/// </summary>
internal sealed unsafe class TensorMemory : MemoryManager<byte>
{
    private readonly Tensor _rowMajor;
    private readonly long _pressure; // bytes that the garbage collector was told of

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

    private TensorMemory(int floats)
    {
        _rowMajor = empty(new long[] { floats }, ScalarType.Float32).DetachFromDisposeScope();
        Data = new TensorData(ElementType.Float, [floats], Memory);
        _pressure = Data.Bytes.Length;
        GC.AddMemoryPressure(_pressure);
    }

    ~TensorMemory() => Dispose(disposing: false);

    /// <summary>
    /// Memory for a constant to be read into. That of float32 is libtorch's, so that programs compute with it as it is
    /// (<see cref="Shared"/>), for as long as anything refers to it.
    /// </summary>
    /// <param name="length">Bytes.</param>
    public static Memory<byte> Room(ElementType type, int length) => type == ElementType.Float && length % sizeof(float) == 0
        ? new TensorMemory(length / sizeof(float)).Memory
        : GC.AllocateUninitializedArray<byte>(length);

    /// <summary>A tensor over a constant's own memory, which is not copied; null if it is not libtorch's.</summary>
    public static Tensor? Shared(TensorData constant) =>
        MemoryMarshal.TryGetMemoryManager<byte, TensorMemory>(constant.Bytes, out var memory) && memory._pressure == constant.Bytes.Length
            ? memory._rowMajor.view(constant.Shape)
            : null;

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
        if (_pressure > 0)
        {
            GC.RemoveMemoryPressure(_pressure);
        }

        if (disposing)
        {
            _rowMajor.Dispose();
        }
    }
}
