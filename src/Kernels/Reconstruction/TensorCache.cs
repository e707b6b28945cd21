using System.Runtime.InteropServices;
using Cluster.Kernels.Tensors;
using static TorchSharp.torch;

namespace Cluster.Kernels.Reconstruction;

/// <summary>One tensor of all images, (images, ...) with the channels of an image innermost, in memory or in a file that is mapped.</summary>
internal sealed unsafe class TensorCache : IDisposable
{
    private readonly Action _release;
    private float* _data;

    private TensorCache(int images, long[] shape, float* data, Action release)
    {
        Images = images;
        Shape = shape;
        Elements = shape.Aggregate(1L, (product, size) => product * size);
        _data = data;
        _release = release;
    }

    public int Images { get; }

    /// <summary>Of one image.</summary>
    public long[] Shape { get; }

    /// <summary>Of one image.</summary>
    public long Elements { get; }

    public float* Data => _data is null ? throw new ObjectDisposedException(nameof(TensorCache)) : _data;

    public static TensorCache InMemory(int images, long[] shape, long bytes, Action release)
    {
        float* data = (float*)NativeMemory.AlignedAlloc((nuint)bytes, 64);
        return new TensorCache(images, shape, data, () =>
        {
            NativeMemory.AlignedFree(data);
            release();
        });
    }

    public static TensorCache InFile(int images, long[] shape, long bytes, string folder)
    {
        var file = new SpillFile(folder, bytes);
        return new TensorCache(images, shape, file.Data, file.Dispose);
    }

    /// <summary>An empty tensor for <paramref name="count"/> images in the order of the cache.</summary>
    public Tensor Buffer(int count)
    {
        long[] shape = [count, .. Shape];
        const long contiguous = 0;
        const long channelsLast = 2;
        return Aten.Call("aten::empty", "memory_format", shape, ScalarType.Float32, AtenValue.None, AtenValue.None, AtenValue.None, Shape.Length == 3 ? channelsLast : contiguous);
    }

    /// <summary>A copy of <paramref name="count"/> images from <paramref name="first"/> on.</summary>
    public Tensor Read(int first, int count)
    {
        var buffer = Buffer(count);
        long[] rows = [.. Enumerable.Range(first, count).Select(row => (long)row)];
        ReconstructionKernels.GatherRows(Data, null, rows, Elements, 1, 0, buffer);
        return buffer;
    }

    /// <summary>Stores images from <paramref name="first"/> on.</summary>
    public void Write(int first, Tensor images) => ReconstructionKernels.StoreRows(images, Data + (first * Elements));

    public void Dispose()
    {
        if (_data is not null)
        {
            _data = null;
            _release();
        }
    }
}
