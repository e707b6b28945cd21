using System.Runtime.InteropServices;
using Cluster.Kernels.Learning.Lsq;
using Cluster.Kernels.Tensors;
using static TorchSharp.torch;

namespace Cluster.Kernels.Learning.Reconstruction.Caching;

/// <summary>
/// One tensor of all images, (images, ...) with the channels of an image innermost: in memory, or in a file that is
/// mapped.
/// </summary>
internal sealed unsafe class TensorCache : IDisposable
{
    private readonly ComputeDevice _device;
    private readonly SpillFile? _file;
    private readonly Action _release;
    private float* _data;
    private bool _isDisposed;

    private TensorCache(int images, long[] shape, ComputeDevice device, SpillFile? file, float* data, Action release)
    {
        Images = images;
        Shape = shape;
        Elements = shape.Aggregate(1L, (product, size) => product * size);
        _device = device;
        _file = file;
        _data = data;
        _release = release;
    }

    public int Images { get; }

    /// <summary>Of one image.</summary>
    public long[] Shape { get; }

    /// <summary>Of one image.</summary>
    public long Elements { get; }

    private float* Data
    {
        get
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            return _data;
        }
    }

    /// <param name="device">Where batches are read to.</param>
    /// <param name="release">Called when the memory is free again.</param>
    public static TensorCache InMemory(int images, long[] shape, ComputeDevice device, long bytes, Action release) =>
        new(images, shape, device, null, (float*)NativeMemory.AlignedAlloc((nuint)bytes, 64), release);

    public static TensorCache InFile(int images, long[] shape, ComputeDevice device, SpillFile file) =>
        new(images, shape, device, file, file.Data, static () => { });

    /// <summary>
    /// An empty tensor for <paramref name="count"/> images in the order of the cache, where batches are read to.
    /// </summary>
    public Tensor Buffer(int count) => Empty(count, Shape, _device);

    /// <summary>A copy of <paramref name="count"/> images from <paramref name="first"/> on.</summary>
    public Tensor Read(int first, int count)
    {
        var copy = Empty(count, Shape, ComputeDevice.Cpu);
        long[] rows = [.. Enumerable.Range(first, count).Select(row => (long)row)];
        GatherRows(null, rows, 1, 0, copy);
        return _device.Take(copy);
    }

    /// <summary>
    /// Fills a buffer with the given images: each element from this cache with the given probability, else from
    /// <paramref name="exact"/>, which element decided by seed and place in the batch alone.
    /// </summary>
    /// <param name="exact">A cache of the same shape, or null for whole images of this one.</param>
    public void Gather(TensorCache? exact, ReadOnlySpan<long> rows, double probability, ulong seed, Tensor buffer)
    {
        if (_device.IsHost)
        {
            GatherRows(exact, rows, probability, seed, buffer);
            return;
        }

        // Mixed here and copied once.
        using var staging = Empty(rows.Length, Shape, ComputeDevice.Cpu);
        GatherRows(exact, rows, probability, seed, staging);
        buffer.copy_(staging);
    }

    /// <summary>Stores images from <paramref name="first"/> on.</summary>
    public void Write(int first, Tensor images)
    {
        using var here = images.cpu();
        using var ordered = Shape.Length == 3 ? TensorOps.ToChannelsLast(here) : here.contiguous();
        DenseTensor.Read(ordered, (values, _) => values.CopyTo(new Span<float>(Data + (first * Elements), values.Length)));
    }

    /// <summary>The bytes of one image.</summary>
    public ReadOnlySpan<byte> Bytes(int image) => new(Data + (image * Elements), checked((int)(Elements * sizeof(float))));

    public void Dispose()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        if (_file is null && _data is not null)
        {
            NativeMemory.AlignedFree(_data);
        }

        _data = null;
        _file?.Dispose();
        _release();
    }

    // The target is on the processor and in the order of the cache.
    private void GatherRows(TensorCache? exact, ReadOnlySpan<long> rows, double probability, ulong seed, Tensor target)
    {
        var mask = new DropMask(probability, seed);
        long[] order = rows.ToArray();
        DenseTensor.Write(target, values =>
        {
            for (int i = 0; i < order.Length; i++)
            {
                var to = values.Slice((int)(i * Elements), (int)Elements);
                if (exact is null || mask.IsFull)
                {
                    Row(order[i]).CopyTo(to);
                }
                else
                {
                    mask.Mix(Row(order[i]), exact.Row(order[i]), to, (uint)(i * Elements));
                }
            }
        });
    }

    private ReadOnlySpan<float> Row(long image) => new(Data + (image * Elements), checked((int)Elements));

    private static Tensor Empty(int count, long[] image, ComputeDevice device) =>
        DenseTensor.Empty([count, .. image], channelsLast: image.Length == 3, device.Torch);
}
