using static TorchSharp.torch;

namespace Cluster.Learning.Reconstruction.Caching;

/// <summary>
/// One tensor of all images, (images, ...) with the channels of an image innermost, in a <see cref="SpillSpace"/>.
/// </summary>
internal sealed class TensorCache : IDisposable
{
    private const int Piece = 4096; // elements that stay in the L1 cache

    private readonly SpillSpace _space;
    private readonly ComputeDevice _device;
    private readonly long _rows;
    private readonly SpillBlock _block;

    /// <param name="shape">Shape of one image, or of one of its rows.</param>
    /// <param name="device">The device that batches are read to.</param>
    /// <param name="rows">Rows of an image: tokens, where they were joined with the batch for a Gemm.</param>
    /// <exception cref="IOException">The file cannot be made.</exception>
    public TensorCache(SpillSpace space, int images, long[] shape, ComputeDevice device, long rows = 1)
    {
        (_space, _device, _rows, Images, Shape) = (space, device, rows, images, shape);
        Elements = shape.Aggregate(rows, (product, size) => checked(product * size));
        _block = space.Take(checked(images * Elements * sizeof(float)));
    }

    public int Images { get; }

    /// <summary>Shape of one image, or of one of its rows.</summary>
    public long[] Shape { get; }

    /// <summary>Elements per image.</summary>
    public long Elements { get; }

    /// <summary>A cache for another tensor of as many images, in the same space and for the same device.</summary>
    /// <param name="batch">That tensor for some images.</param>
    /// <param name="count">How many.</param>
    public TensorCache Beside(Tensor batch, int count) => new(_space, Images, batch.shape[1..], _device, batch.shape[0] / count);

    /// <summary>A cache for the same tensor of other images.</summary>
    public TensorCache For(int images) => new(_space, images, Shape, _device, _rows);

    /// <summary>
    /// An empty tensor for <paramref name="count"/> images in the cache's layout, on the device that batches are read to.
    /// </summary>
    public Tensor Buffer(int count) => Empty(count, _device);

    /// <summary>A copy of <paramref name="count"/> images from <paramref name="first"/> on.</summary>
    public Tensor Read(int first, int count)
    {
        var copy = Empty(count, ComputeDevice.Cpu);
        long[] rows = [.. Enumerable.Range(first, count).Select(row => (long)row)];
        GatherRows(null, rows, 1, 0, copy);
        return _device.Take(copy);
    }

    /// <summary>
    /// Fills a buffer with the given images: each element from this cache with the given probability, else from <paramref name="exact"/>.
    /// The choice depends only on the seed and the place in the batch.
    /// </summary>
    /// <param name="exact">A cache of the same shape, or null for whole images of this one.</param>
    public void Gather(TensorCache? exact, ReadOnlySpan<long> rows, double probability, ulong seed, Tensor buffer)
    {
        if (_device.IsHost)
        {
            GatherRows(exact, rows, probability, seed, buffer);
            return;
        }

        // Mixed on the processor and copied once.
        using var staging = Empty(rows.Length, ComputeDevice.Cpu);
        GatherRows(exact, rows, probability, seed, staging);
        buffer.copy_(staging);
    }

    /// <summary>Stores images from <paramref name="first"/> on.</summary>
    public void Write(int first, Tensor images)
    {
        using var here = images.cpu();
        using var ordered = Shape.Length == 3 ? TensorOps.ToChannelsLast(here) : here.contiguous();
        using var memory = new DenseMemory(ordered);
        _block.Write(first * Elements * sizeof(float), MemoryMarshal.AsBytes(memory.Values));
    }

    /// <summary>Copies values of one image.</summary>
    /// <param name="start">The first of them.</param>
    public void Read(long image, long start, Span<float> values) =>
        _block.Read(((image * Elements) + start) * sizeof(float), MemoryMarshal.AsBytes(values));

    public void Dispose() => _block.Dispose();

    // The target is on the processor and in the order of the cache.
    private void GatherRows(TensorCache? exact, ReadOnlySpan<long> rows, double probability, ulong seed, Tensor target)
    {
        var mask = new DropMask(probability, seed);
        int size = checked((int)Elements);
        using var memory = new DenseMemory(target);
        Span<float> room = stackalloc float[Piece];
        for (int i = 0; i < rows.Length; i++)
        {
            var row = memory.Values.Slice(i * size, size);
            Read(rows[i], 0, row);
            for (int start = 0; exact is not null && !mask.IsFull && start < size; start += Piece)
            {
                var mixed = row[start..Math.Min(start + Piece, size)];
                var other = room[..mixed.Length];
                exact.Read(rows[i], start, other);
                mask.Mix(mixed, other, mixed, (uint)((i * size) + start));
            }
        }
    }

    private Tensor Empty(int count, ComputeDevice device) =>
        DenseTensor.Empty([count * _rows, .. Shape], channelsLast: Shape.Length == 3, device.Torch);
}
