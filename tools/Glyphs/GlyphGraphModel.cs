using static TorchSharp.torch;

namespace Cluster.Glyphs;

/// <summary>A network that is written as a graph and trained as one.</summary>
internal sealed class GlyphGraphModel(ModelGraph graph) : IGlyphModel
{
    private readonly TrainableGraph _graph = new(graph);

    public IEnumerable<Parameter> Parameters => _graph.Parameters;

    public Tensor Forward(Tensor x, bool updateStatistics) => _graph.Forward(x);

    public ModelGraph ToGraph() => _graph.ToGraph();

    public void Dispose() => _graph.Dispose();
}
