using static TorchSharp.torch;

namespace Cluster.Glyphs;

/// <summary>A network of the sample's images while it is trained.</summary>
public interface IGlyphModel : IDisposable
{
    /// <summary>What is trained.</summary>
    IEnumerable<Parameter> Parameters { get; }

    /// <summary>Runs the network; gradients are recorded as usual.</summary>
    /// <param name="x">(N, 1, 24, 24), channels last.</param>
    /// <param name="updateStatistics">Whether normalisations by the batch move their statistics.</param>
    /// <returns>Logits, (N, classes)</returns>
    Tensor Forward(Tensor x, bool updateStatistics);

    /// <summary>As an exporter writes it.</summary>
    ModelGraph ToGraph();
}
