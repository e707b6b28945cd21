namespace Cluster.Kernels.Convolutions;

/// <summary>A buffer for float32 numbers from the array pool, aligned to a cache line; its contents are undefined.</summary>
internal unsafe ref struct AlignedFloats
{
    private const int Alignment = 64; // bytes of a line and of a vector of 512 bits

    private readonly float[] _rented;
    private GCHandle _pin;

    public AlignedFloats(int length)
    {
        _rented = ArrayPool<float>.Shared.Rent(length + (Alignment / sizeof(float)));
        _pin = GCHandle.Alloc(_rented, GCHandleType.Pinned);
        First = (float*)(((nuint)_pin.AddrOfPinnedObject() + Alignment - 1) / Alignment * Alignment);
    }

    public float* First { get; }

    public void Dispose()
    {
        _pin.Free();
        ArrayPool<float>.Shared.Return(_rented);
    }
}
