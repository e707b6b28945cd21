using Cluster.Kernels.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Cluster.Glyphs;

/// <summary>
/// Trains a network on the sample's images, which are generated as they are needed and never seen twice. Adam, cosine annealing; in the
/// last part the normalisation is by the running statistics, as it will be in the file.
/// </summary>
public sealed class GlyphTraining : IDisposable
{
    /// <summary>A multiple of the run in which one image has hot pixels: every batch has its share.</summary>
    public const int Batch = GlyphGenerator.HotEvery;

    internal const double UsualRate = 4e-3;
    private const double FrozenShare = 0.15;

    // Of Adam's moments, as Python's torch has them; TorchSharp's own default for the second is 0.99.
    private const double FirstDecay = 0.9;
    private const double SecondDecay = 0.999;

    private readonly GlyphGenerator _images;
    private readonly IGlyphModel _network;
    private readonly optim.Optimizer _optimizer;
    private readonly int _steps;
    private readonly double _rate;
    private int _step;

    /// <summary>Makes the sample's network with random weights.</summary>
    /// <param name="seed">Of images and initial weights.</param>
    /// <param name="steps">Batches in all, at least 1.</param>
    public GlyphTraining(long seed, int steps)
        : this(new GlyphNetwork(seed), seed, steps, UsualRate)
    {
    }

    /// <summary>Trains another network, which becomes the training's own.</summary>
    /// <param name="network">With its initial weights.</param>
    /// <param name="seed">Of the images.</param>
    /// <param name="steps">Batches in all, at least 1.</param>
    /// <param name="rate">Adam's learning rate at the beginning.</param>
    public GlyphTraining(IGlyphModel network, long seed, int steps, double rate)
    {
        _images = new GlyphGenerator(seed);
        _network = network;
        _optimizer = optim.Adam(_network.Parameters, rate, FirstDecay, SecondDecay);
        (_steps, _rate) = (steps, rate);
    }

    public IGlyphModel Network => _network;

    /// <summary>Batches in all.</summary>
    public int Steps => _steps;

    public bool Finished => _step >= _steps;

    /// <summary>One batch.</summary>
    /// <returns>Its mean cross-entropy, nats.</returns>
    public double Step()
    {
        double progress = (double)_step / _steps;
        foreach (var group in _optimizer.ParamGroups)
        {
            group.LearningRate = _rate * (1 + Math.Cos(Math.PI * progress)) / 2;
        }

        using var scope = NewDisposeScope();
        var (pixels, labels) = NextBatch();
        _optimizer.zero_grad();
        var loss = nn.functional.cross_entropy(_network.Forward(pixels, progress < 1 - FrozenShare), labels);
        loss.backward();
        _optimizer.step();
        _step++;
        return loss.item<float>();
    }

    public void Dispose()
    {
        _optimizer.Dispose();
        _network.Dispose();
    }

    private (Tensor Pixels, Tensor Labels) NextBatch()
    {
        byte[] bytes = new byte[Batch * GlyphGenerator.Pixels];
        long[] labels = new long[Batch];
        for (int i = 0; i < Batch; i++)
        {
            int index = (_step * Batch) + i;
            _images.Draw(GlyphSet.Training, index, bytes.AsSpan(i * GlyphGenerator.Pixels, GlyphGenerator.Pixels));
            labels[i] = GlyphGenerator.Label(index);
        }

        float[] pixels = new float[bytes.Length];
        GlyphNetworkExport.Preprocess.Apply(bytes, pixels);
        var planar = TensorFactory.FromFloats(pixels, [Batch, 1, GlyphGenerator.Size, GlyphGenerator.Size]);
        return (TensorOps.ToChannelsLast(planar), TensorFactory.FromInt64(labels, [Batch]));
    }
}
