using Cluster.Kernels.Tensors;

namespace Cluster.Kernels.Learning.Reconstruction.Caching;

/// <summary>
/// Memory for activation caches up to a cap; what comes after is kept in files that the system pages in and out.
/// </summary>
/// <param name="capacity">Bytes.</param>
/// <param name="device">Where batches are read to; null for the processor.</param>
internal sealed class CacheStore(long capacity, string folder, ComputeDevice? device = null)
{
    private readonly ComputeDevice _device = device ?? ComputeDevice.Cpu;
    /// <summary>Bytes in memory now.</summary>
    public long Used { get; private set; }

    public long Spilled { get; private set; }

    public TensorCache Allocate(int images, long[] shape)
    {
        long bytes = checked(shape.Aggregate((long)images * sizeof(float), (product, size) => checked(product * size)));
        if (Used + bytes <= capacity)
        {
            Used += bytes;
            return TensorCache.InMemory(images, shape, _device, bytes, () => Used -= bytes);
        }

        Spilled += bytes;
        return TensorCache.InFile(images, shape, _device, new SpillFile(folder, bytes));
    }
}
