using Cluster.Kernels.Tensors;

namespace Cluster.Kernels.Learning.Reconstruction.Caching;

/// <summary>
/// Memory for activation caches up to a cap: first that of the device that computes, where it has its own, then the
/// host's; what comes after is kept in files that the system pages in and out.
/// </summary>
/// <param name="capacity">Of host memory, bytes.</param>
/// <param name="device">Where batches are read to; null for the processor.</param>
/// <param name="deviceCapacity">Of its memory, bytes.</param>
internal sealed class CacheStore(long capacity, string folder, ComputeDevice? device = null, long deviceCapacity = 0)
{
    private readonly ComputeDevice _device = device ?? ComputeDevice.Cpu;
    private long _used;
    private long _usedThere;

    /// <summary>Bytes in memory now, the device's included.</summary>
    public long Used => _used + _usedThere;

    public long Spilled { get; private set; }

    public TensorCache Allocate(int images, long[] shape)
    {
        long bytes = checked(shape.Aggregate((long)images * sizeof(float), (product, size) => checked(product * size)));
        if (!_device.IsHost && _usedThere + bytes <= deviceCapacity)
        {
            _usedThere += bytes;
            return TensorCache.OnDevice(images, shape, _device, () => _usedThere -= bytes);
        }

        if (_used + bytes <= capacity)
        {
            _used += bytes;
            return TensorCache.InMemory(images, shape, _device, bytes, () => _used -= bytes);
        }

        Spilled += bytes;
        return TensorCache.InFile(images, shape, _device, new SpillFile(folder, bytes));
    }
}
