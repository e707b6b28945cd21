namespace Cluster.Networks.Graphs;

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

    /// <summary>
    /// The array that a constant lies in, from <c>Start</c> on and for as long as the constant has elements; null if it was not read into
    /// such.
    /// </summary>
    public static (float[] Array, int Start)? Of(TensorData constant) =>
#pragma warning disable CA2000 // It is the constant's.
        MemoryMarshal.TryGetMemoryManager<byte, ConstantMemory>(constant.Bytes, out var memory) && memory._count == constant.Count
#pragma warning restore CA2000
            ? (memory._array, memory._start)
            : null;

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
