using System.Runtime.InteropServices;
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
        ReconstructionKernels.GatherRows(Data, null, rows, Elements, 1, 0, copy);
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
            ReconstructionKernels.GatherRows(Data, exact is null ? null : exact.Data, rows, Elements, probability, seed, buffer);
            return;
        }

        // Mixed here and copied once.
        using var staging = Empty(rows.Length, Shape, ComputeDevice.Cpu);
        ReconstructionKernels.GatherRows(Data, exact is null ? null : exact.Data, rows, Elements, probability, seed, staging);
        buffer.copy_(staging);
    }

    /// <summary>Stores images from <paramref name="first"/> on.</summary>
    public void Write(int first, Tensor images)
    {
        if (_device.Index is null)
        {
            ReconstructionKernels.StoreRows(images, Data + (first * Elements));
            return;
        }

        using var here = images.cpu();
        ReconstructionKernels.StoreRows(here, Data + (first * Elements));
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

    private static Tensor Empty(int count, long[] image, ComputeDevice device) =>
        DenseTensor.Empty([count, .. image], channelsLast: image.Length == 3, device.Torch);
}
