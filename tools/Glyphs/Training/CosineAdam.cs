using Cluster.Learning.Optimizers;
using static TorchSharp.torch;

namespace Cluster.Glyphs.Training;

/// <summary>
/// Adam, as Python's torch has it, with a rate that falls as half a cosine. The steps are the product's own: TorchSharp's may free a number
/// while libtorch reads it ("Unknown scalar type").
/// </summary>
/// <param name="parameters">What is trained.</param>
/// <param name="rate">The rate at the beginning.</param>
/// <param name="steps">Steps in all, at least 1.</param>
public sealed class CosineAdam(IEnumerable<Parameter> parameters, double rate, int steps) : IDisposable
{
    private readonly Parameter[] _parameters = [.. parameters];
    private readonly AdamWUpdate _update = new(
        [.. parameters.Select((parameter, index) => new TrainedParameter($"{index}", parameter, Decays: false))], decay: 0);

    private int _step;

    /// <summary>One step down the gradients of a loss.</summary>
    public void Step(Tensor loss)
    {
        double progress = (double)_step++ / steps;
        _update.Apply([.. autograd.grad([loss], _parameters)], rate * (1 + Math.Cos(Math.PI * progress)) / 2);
    }

    /// <summary>Frees the moments.</summary>
    public void Dispose()
    {
        foreach (var (_, moment) in _update.State)
        {
            moment.Dispose();
        }
    }
}
