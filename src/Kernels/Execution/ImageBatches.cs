using Cluster.DataSpecs.Labels;
using static TorchSharp.torch;

namespace Cluster.Kernels.Execution;

/// <summary>A set of images or other samples in the form that a network takes, cut into batches. Thread-safe.</summary>
/// <param name="Images">Bound to the network (<see cref="SampleSet.For"/>) if it holds arrays.</param>
/// <param name="Preprocess">For images; null for arrays.</param>
/// <param name="BatchSize">Samples a batch; the last one may be smaller.</param>
public sealed record ImageBatches(SampleSet Images, Preprocess? Preprocess, int BatchSize)
{
    /// <summary>What classes are called, for sentences.</summary>
    public ClassNames Names { get; init; } = ClassNames.None;

    // Samples of several shapes do not fit into one tensor.
    private int Most => Images.IsOneByOne ? 1 : BatchSize;

    /// <summary>Number of batches; the last may be smaller.</summary>
    public int Count => (Images.Count + Most - 1) / Most;

    /// <summary>Whether these are images with their channels first, which reconstruction and fine-tuning require.</summary>
    public bool IsImages => Images is ImageSet && Preprocess?.Layout != PixelLayout.Nhwc;

    /// <summary>The images.</summary>
    /// <exception cref="KernelException">They are arrays.</exception>
    public ImageSet RequireImages() => Images as ImageSet ?? throw ((Images as SizedImages)?.NotOfOneSize() ?? new KernelException(
        $"'{Images.Name}' holds arrays where images are expected; give a folder, IDX or CIFAR-10 files."));

    /// <summary>Index of the first image of a batch.</summary>
    public int Start(int batch) => batch * Most;

    /// <summary>Number of images in a batch.</summary>
    public int Size(int batch) => Math.Min(Most, Images.Count - Start(batch));

    /// <summary>The network's input for a batch: one tensor for each of its inputs, in their order.</summary>
    public IReadOnlyList<TensorData> Inputs(int batch) => Images.Read(Start(batch), Size(batch), Preprocess);

    /// <summary>The network's input for the first samples of the usual shape, repeated if there are too few.</summary>
    /// <param name="shape">Another one of the samples' shapes, by its place in <see cref="SampleSet.Shapes"/>.</param>
    public IReadOnlyList<TensorData> Repeated(int count, int shape = 0)
    {
        var places = Images.HasSeveralShapes ? Images.Shapes[shape].Places : null;
        int samples = places?.Count ?? Images.Count;
        return Images.Select([.. Enumerable.Range(0, count).Select(i => places?[i % samples] ?? (i % samples))]).Read(0, count, Preprocess);
    }

    /// <summary>The float elements of the first input, samples outermost: preprocessed pixels, (size, channels, height, width).</summary>
    public float[] Pixels(int batch) => Inputs(batch)[0].As<float>().ToArray();

    /// <summary>The first images only.</summary>
    public ImageBatches Take(int count) =>
        count >= Images.Count ? this : this with { Images = Images.Select([.. Enumerable.Range(0, count)]) };

    /// <summary>A range of the images.</summary>
    /// <param name="positions">Not empty, within the images.</param>
    public ImageBatches Within(Range positions)
    {
        (int first, int count) = positions.GetOffsetAndLength(Images.Count);
        return count == Images.Count ? this : this with { Images = Images.Select([.. Enumerable.Range(first, count)]) };
    }

    /// <summary>All but some images.</summary>
    public ImageBatches Without(IReadOnlySet<int> left) => left.Count == 0
        ? this
        : this with { Images = Images.Select([.. Enumerable.Range(0, Images.Count).Where(image => !left.Contains(image))]) };

    /// <summary>A part that keeps the shares of the labels and does not depend on the order of the list.</summary>
    /// <param name="count">At most this many images, at least 1.</param>
    public ImageBatches Stratified(int count, long seed) => this with { Images = StratifiedSubset.Of(Images, count, seed) };

    /// <summary>(size, channels, height, width), stored channels-last. The caller disposes it.</summary>
    internal Tensor Tensor(int batch)
    {
        var images = RequireImages();
        using var planar = DenseTensor.Create(
            [Size(batch), images.Channels, images.Height, images.Width],
            channelsLast: false,
            pixels => images.FillBatch(Start(batch), Size(batch), Preprocess!, pixels));
        return TensorOps.ToChannelsLast(planar);
    }

    /// <summary>Tensors of a batch, one for each input, by its name. The caller disposes them.</summary>
    internal IEnumerable<(string Input, Tensor Tensor)> Tensors(int batch, GroupedGraph graph) =>
        IsImages && graph.Inputs[0].FileType is null
        ? [(graph.Inputs[0].Name, Tensor(batch))]
        : graph.Inputs.Zip(Inputs(batch), (input, values) => (input.Name, InputTensors.Of(values, input)));
}
