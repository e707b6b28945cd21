using Cluster.Kernels.Data;
using Cluster.Kernels.Tensors;
using static TorchSharp.torch;

namespace Cluster.Kernels.Execution;

/// <summary>A set of images with its preprocessing, cut into batches. Thread-safe.</summary>
/// <param name="BatchSize">Images a batch; the last one may be smaller.</param>
public sealed record ImageBatches(ImageSet Images, Preprocess Preprocess, int BatchSize)
{
    /// <summary>Batches; the last may be smaller.</summary>
    public int Count => (Images.Count + BatchSize - 1) / BatchSize;

    /// <summary>The first image of a batch.</summary>
    public int Start(int batch) => batch * BatchSize;

    /// <summary>Images of a batch.</summary>
    public int Size(int batch) => Math.Min(BatchSize, Images.Count - Start(batch));

    /// <summary>Preprocessed pixels, (size, channels, height, width).</summary>
    public float[] Pixels(int batch)
    {
        float[] pixels = new float[(long)Size(batch) * Images.ImageSize];
        Images.FillBatch(Start(batch), Size(batch), Preprocess, pixels);
        return pixels;
    }

    /// <summary>The first images only.</summary>
    public ImageBatches Take(int count) =>
        count >= Images.Count ? this : this with { Images = Images.Select([.. Enumerable.Range(0, count)]) };

    /// <summary>A part that keeps the shares of the labels and does not depend on the order of the list.</summary>
    /// <param name="count">At most this many images, at least 1.</param>
    public ImageBatches Stratified(int count, long seed) => this with { Images = StratifiedSubset.Of(Images, count, seed) };

    /// <summary>(size, channels, height, width), stored channels-last. The caller disposes it.</summary>
    internal Tensor Tensor(int batch)
    {
        using var planar = DenseTensor.Create(
            [Size(batch), Images.Channels, Images.Height, Images.Width],
            channelsLast: false,
            pixels => Images.FillBatch(Start(batch), Size(batch), Preprocess, pixels));
        return TensorOps.ToChannelsLast(planar);
    }
}
