using Cluster.Kernels.Graphs;
using Cluster.Kernels.Graphs.Onnx;

namespace Cluster.Silo.Tests.Workers;

/// <summary>A network that loads and cannot be executed, with a layer that is named like an error of a device.</summary>
internal static class UnexecutableModel
{
    public const string Name = "CUDA error: an illegal memory access was encountered";

    /// <summary>Its sum is over all axes, the samples' among them, which shapes do not tell.</summary>
    public static byte[] File
    {
        get
        {
            var graph = TinyNetwork.Graph();
            var none = new Dictionary<string, AttributeValue>(StringComparer.Ordinal);
            return OnnxWriter.Write(graph with
            {
                Nodes =
                [
                    new GraphNode(Name, "ReduceSum", ["image"], ["s"], none),
                    new GraphNode("add", "Add", ["image", "s"], ["t"], none),
                    graph.Nodes[0] with { Inputs = ["t", .. graph.Nodes[0].Inputs.Skip(1)] },
                    .. graph.Nodes.Skip(1),
                ],
            });
        }
    }
}
