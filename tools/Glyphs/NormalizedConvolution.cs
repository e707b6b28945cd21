using static TorchSharp.torch;

namespace Cluster.Glyphs;

/// <summary>Convolution without bias and batch normalisation, to be trained.</summary>
public sealed class NormalizedConvolution : IDisposable
{
    /// <summary>A layer with He's initial weights, its normalisation changing nothing yet.</summary>
    /// <param name="name">Prefix of the layer's names in the file.</param>
    /// <param name="depthwise">One filter a channel; <paramref name="inputs"/> and <paramref name="outputs"/> are then equal.</param>
    public NormalizedConvolution(string name, int inputs, int outputs, int kernel, int stride, bool depthwise, SplitMix64 random)
    {
        Name = name;
        (Kernel, Stride, Groups) = (kernel, stride, depthwise ? inputs : 1);
        int fanIn = inputs / Groups * kernel * kernel;
        Weight = NormalNumbers.Parameter(random, [outputs, inputs / Groups, kernel, kernel], Math.Sqrt(2.0 / fanIn));
        Normalization = new BatchNormalization(outputs);
    }

    public string Name { get; }

    public int Kernel { get; }

    public int Stride { get; }

    public int Groups { get; }

    public int Padding => Kernel / 2;

    public Parameter Weight { get; }

    public BatchNormalization Normalization { get; }

    public IReadOnlyList<Parameter> Parameters => [Weight, .. Normalization.Parameters];

    /// <summary>Runs the layer; gradients are recorded as usual.</summary>
    /// <param name="x">(N, inputs, H, W)</param>
    /// <param name="updateStatistics">Normalise by the batch and move the running statistics; else normalise by these.</param>
    /// <returns>(N, outputs, H / stride, W / stride)</returns>
    public Tensor Forward(Tensor x, bool updateStatistics) => Normalization.Forward(
        TensorOps.Convolve(x, Weight, null, [Stride, Stride], [Padding, Padding], [1, 1], Groups), updateStatistics);

    public void Dispose()
    {
        Weight.Dispose();
        Normalization.Dispose();
    }
}
