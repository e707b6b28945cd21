using System.Buffers;
using static TorchSharp.torch;

namespace Cluster.Kernels.Graphs;

/// <summary>
/// Float32 constants in pinned memory of the garbage collector, at an address that libtorch's own allocations could have: programs compute
/// with them where they are, so that a large network is in memory once.
/// </summary>
internal sealed class ConstantMemory : MemoryManager<byte>
{
    private const int Alignment = 64; // bytes, as libtorch's

    private readonly float[] _array;
    private readonly int _start;
    private readonly int _count;

    private unsafe ConstantMemory(int count)
    {
        _count = count;
        _array = GC.AllocateUninitializedArray<float>(count + (Alignment / sizeof(float)), pinned: true);
        nuint beyond = (nuint)Unsafe.AsPointer(ref _array[0]) % Alignment;
        _start = (int)((Alignment - beyond) % Alignment) / sizeof(float);
    }

    /// <summary>Memory for a constant to be read into; that of other types is an array's.</summary>
    /// <param name="length">Bytes.</param>
    public static Memory<byte> Room(ElementType type, int length)
    {
        if (type != ElementType.Float || length == 0 || length % sizeof(float) != 0)
        {
            return GC.AllocateUninitializedArray<byte>(length);
        }

#pragma warning disable CA2000 // It has nothing to dispose of.
        return new ConstantMemory(length / sizeof(float)).Memory;
#pragma warning restore CA2000
    }

    /// <summary>A tensor over a constant's own memory, which is not copied; null if it was not read into such.</summary>
    public static Tensor? Shared(TensorData constant)
    {
#pragma warning disable CA2000 // It is the constant's.
        if (!MemoryMarshal.TryGetMemoryManager<byte, ConstantMemory>(constant.Bytes, out var memory)
            || memory._count != constant.Count)
#pragma warning restore CA2000
        {
            return null;
        }

        using var all = frombuffer(memory._array, ScalarType.Float32);
        using var own = all.narrow(0, memory._start, memory._count);
        return own.view(constant.Shape);
    }

    public override Span<byte> GetSpan() => MemoryMarshal.AsBytes(_array.AsSpan(_start, _count));

    // The array is pinned for as long as it lives.
    public override unsafe MemoryHandle Pin(int elementIndex = 0) =>
        new((byte*)Unsafe.AsPointer(ref _array[_start]) + elementIndex, pinnable: this);

    public override void Unpin()
    {
    }

    protected override void Dispose(bool disposing)
    {
    }
}
