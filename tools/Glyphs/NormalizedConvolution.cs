using Cluster.Coordinator.Model;
using Cluster.Coordinator.Statistics;
using Cluster.Kernels.Tensors;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Cluster.Glyphs;

/// <summary>Convolution without bias, batch normalisation and ReLU, to be trained.</summary>
public sealed class NormalizedConvolution : IDisposable
{
    public const double Epsilon = 1e-5;

    private const double Momentum = 0.05;


    /// <summary>A layer with He's initial weights, its normalisation changing nothing yet.</summary>
    /// <param name="name">Prefix of the layer's names in the file.</param>
    /// <param name="depthwise">One filter a channel; <paramref name="inputs"/> and <paramref name="outputs"/> are then equal.</param>
    public NormalizedConvolution(string name, int inputs, int outputs, int kernel, int stride, bool depthwise, SplitMix64 random)
    {
        Name = name;
        (Kernel, Stride, Groups) = (kernel, stride, depthwise ? inputs : 1);
        int fanIn = inputs / Groups * kernel * kernel;
        Weight = NormalNumbers.Parameter(random, [outputs, inputs / Groups, kernel, kernel], Math.Sqrt(2.0 / fanIn));
        Gain = new Parameter(ones([outputs]));
        Shift = new Parameter(zeros([outputs]));
        Mean = zeros([outputs]);
        Variance = ones([outputs]);
    }

    public string Name { get; }

    public int Kernel { get; }

    public int Stride { get; }

    public int Groups { get; }

    public int Padding => Kernel / 2;

    public Parameter Weight { get; }

    public Parameter Gain { get; }

    public Parameter Shift { get; }

    /// <summary>Running mean, and variance, of the channels.</summary>
    public Tensor Mean { get; }

    public Tensor Variance { get; }

    public IReadOnlyList<Parameter> Parameters => [Weight, Gain, Shift];

    /// <summary>Runs the layer; gradients are recorded as usual.</summary>
    /// <param name="x">(N, inputs, H, W)</param>
    /// <param name="updateStatistics">Normalise by the batch and move the running statistics; else normalise by these.</param>
    /// <returns>(N, outputs, H / stride, W / stride)</returns>
    public Tensor Forward(Tensor x, bool updateStatistics)
    {
        var sums = TensorOps.Conv2d(x, Weight, null, [Stride, Stride], [Padding, Padding], [1, 1], Groups);
        var normal = Aten.Call("aten::batch_norm", sums, Gain, Shift, Mean, Variance, updateStatistics, Momentum, Epsilon, false);
        return TensorOps.Relu(normal);
    }

    public void Dispose()
    {
        foreach (var tensor in Parameters)
        {
            tensor.Dispose();
        }

        Mean.Dispose();
        Variance.Dispose();
    }
}
