using Cluster.Kernels.Calibration;
using Cluster.Kernels.Graphs;
using Cluster.Kernels.Graphs.Groups;
using Cluster.Kernels.Graphs.Inference;
using Cluster.Kernels.Plans.Placement;
using Cluster.Kernels.Quantization;

namespace Cluster.Kernels.Execution.Integers;

/// <summary>Finds the sums that the layer before them can compute.</summary>
/// <param name="written">The pair through which every reader sees a tensor; null where there is none.</param>
/// <param name="seen">The pair through which this reader sees it.</param>
internal sealed class SumFinder(
    GroupedGraph graph, Func<string, QuantizationParameters?> written, Func<string, GraphNode, QuantizationParameters?> seen)
{
    private readonly IReadOnlyDictionary<string, long[]> _shapes = ShapeInference.Infer(graph.Graph, batch: 2);
    private readonly Dictionary<string, int> _places = graph.Nodes
        .Select((node, place) => (node.Output, place))
        .ToDictionary(pair => pair.Output, pair => pair.place, StringComparer.Ordinal);

    /// <summary>
    /// The sum that is the layer's only reader, or null. The other summand is there before the layer runs, has the shape of the layer's
    /// output and is seen as it is handed on.
    /// </summary>
    public AbsorbedSum? Behind(GraphNode layer)
    {
        string own = layer.Output;
        if (graph.IsOutput(own) || graph.Consumers(own) is not [{ OpType: "Add" } sum] || sum.Inputs.Count(input => input == own) != 1)
        {
            return null;
        }

        string addend = sum.Inputs[0] == own ? sum.Inputs[1] : sum.Inputs[0];
        bool isThere = graph.Roles.Activations(sum).Contains(addend) && _places.GetValueOrDefault(addend, -1) < _places[own];
        bool isSame = isThere && _shapes[addend].SequenceEqual(_shapes[own]);
        bool isSeenAsIs = written(addend) is not null || (seen(addend, sum) is null && addend != layer.Inputs[0]);
        if (!isSame || !isSeenAsIs || (written(own) is null && seen(own, sum) is not null))
        {
            return null;
        }

        var activation = written(sum.Output) is null ? graph.FusedActivation(sum.Output) : null;
        string output = (activation ?? sum).Output;
        var bounds = activation is null ? ActivationBounds.None : TensorBounds.Of(graph, output);
        return new AbsorbedSum(sum, activation, addend, bounds, written(output));
    }
}
