using TorchSharp;
using static TorchSharp.torch;

namespace Cluster.Glyphs.Training;

/// <summary>
/// Trains a network on samples that are generated as they are needed and never seen twice. Adam, cosine annealing; in the last part the
/// normalisation is by the running statistics, as it will be in the file.
/// </summary>
public sealed class GlyphTraining : IDisposable
{
    /// <summary>A multiple of the run in which one image has hot pixels: every batch has its share.</summary>
    public const int Batch = GlyphGenerator.HotEvery;

    internal const double UsualRate = 4e-3;
    private const double FrozenShare = 0.15;

    private readonly ITrainingTask _task;
    private readonly CosineAdam _optimizer;
    private int _step;

    /// <summary>Makes the sample's network with random weights.</summary>
    /// <param name="seed">Of images and initial weights.</param>
    /// <param name="steps">Batches in all, at least 1.</param>
    public GlyphTraining(long seed, int steps)
        : this(GlyphRecipe.Of(GlyphKind.MobileNet).Task(seed), steps, UsualRate)
    {
    }

    /// <summary>Trains another network of the sample's images, which becomes the training's own.</summary>
    /// <param name="network">With its initial weights.</param>
    /// <param name="seed">Of the images.</param>
    /// <param name="steps">Batches in all, at least 1.</param>
    /// <param name="rate">Adam's learning rate at the beginning.</param>
    public GlyphTraining(IGlyphModel network, long seed, int steps, double rate)
        : this(new ImageTask(network, seed), steps, rate)
    {
    }

    /// <summary>Trains whatever a task is about.</summary>
    /// <param name="task">Becomes the training's own.</param>
    /// <param name="steps">Batches in all, at least 1.</param>
    /// <param name="rate">Adam's learning rate at the beginning.</param>
    public GlyphTraining(ITrainingTask task, int steps, double rate)
    {
        ArgumentNullException.ThrowIfNull(task);
        _task = task;
        _optimizer = new CosineAdam(task.Parameters, rate, steps);
        Steps = steps;
    }

    /// <summary>Batches in all.</summary>
    public int Steps { get; }

    public bool Finished => _step >= Steps;

    /// <summary>One batch.</summary>
    /// <returns>Its mean loss.</returns>
    public double Step()
    {
        double progress = (double)_step / Steps;
        using var scope = NewDisposeScope();
        var loss = _task.Loss(_step, progress < 1 - FrozenShare);
        _optimizer.Step(loss);
        _step++;
        return loss.item<float>();
    }

    /// <summary>The network as an exporter writes it.</summary>
    public ModelGraph ToGraph() => _task.ToGraph();

    public void Dispose()
    {
        _optimizer.Dispose();
        _task.Dispose();
    }
}
