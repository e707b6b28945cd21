using Cluster.Kernels.Graphs;
using Cluster.Kernels.Graphs.Groups;

namespace Cluster.Kernels.Execution.Integers;

/// <summary>
/// Which tensors a device keeps as codes in int8, a quarter of the bytes: those that an <see cref="IntegerLayer"/> rounds by a pair and
/// that such layers alone read, as their input or as what they add.
/// </summary>
internal static class CodeFlow
{
    /// <summary>Has the layers write codes wherever all readers take them.</summary>
    /// <param name="layers">By name of the node.</param>
    public static void Apply(GroupedGraph graph, IReadOnlyDictionary<string, IntegerLayer> layers)
    {
        // A sum's node reads nothing any more: the layer before it does.
        var addends = layers.Values.Select(layer => layer.Sum).OfType<AbsorbedSum>()
            .ToDictionary(sum => sum.Node.Name, sum => sum.Addend, StringComparer.Ordinal);
        foreach (var layer in layers.Values)
        {
            string result = layer.Result;
            if (layer.Pair is { } pair && pair.Maximum - pair.Minimum <= byte.MaxValue && !graph.IsOutput(result)
                && graph.Consumers(result).All(reader => Takes(reader, result)))
            {
                layer.WriteCodes();
            }
        }

        bool Takes(GraphNode reader, string tensor) => addends.TryGetValue(reader.Name, out string? addend)
            ? addend == tensor
            : layers.ContainsKey(reader.Name) && reader.Inputs[0] == tensor;
    }
}
