using static TorchSharp.torch;

namespace Cluster.Glyphs.Training;

/// <summary>A network with what it is trained on and by.</summary>
public interface ITrainingTask : IDisposable
{
    /// <summary>What is trained.</summary>
    IEnumerable<Parameter> Parameters { get; }

    /// <summary>The mean loss of a batch of <see cref="GlyphTraining.Batch"/> samples, none of which another step has.</summary>
    /// <param name="step">Number of the batch, from 0.</param>
    /// <param name="updateStatistics">Whether normalisations by the batch move their statistics.</param>
    /// <returns>One number, with gradients.</returns>
    Tensor Loss(int step, bool updateStatistics);

    /// <summary>The network as an exporter writes it.</summary>
    ModelGraph ToGraph();
}
