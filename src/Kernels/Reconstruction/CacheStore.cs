namespace Cluster.Kernels.Reconstruction;

/// <summary>Memory for activation caches up to a cap; what comes after is kept in files that the system pages in and out.</summary>
internal sealed class CacheStore(long capacity, string folder)
{
    private long _used;

    /// <summary>Bytes in memory now.</summary>
    public long Used => _used;

    public long Spilled { get; private set; }

    public TensorCache Allocate(int images, long[] shape)
    {
        long bytes = checked(shape.Aggregate((long)images * sizeof(float), (product, size) => checked(product * size)));
        if (_used + bytes <= capacity)
        {
            _used += bytes;
            return TensorCache.InMemory(images, shape, bytes, () => _used -= bytes);
        }

        Spilled += bytes;
        return TensorCache.InFile(images, shape, bytes, folder);
    }
}
