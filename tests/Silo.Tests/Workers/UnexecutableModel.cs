using Cluster.Networks.Graphs;
using Cluster.Networks.Graphs.Onnx;

namespace Cluster.Silo.Tests.Workers;

/// <summary>A network that loads and cannot be executed, with an output that is named like an error of a device.</summary>
internal static class UnexecutableModel
{
    public const string Name = "CUDA error: an illegal memory access was encountered";

    /// <summary>Its first output is a constant, which shapes do not tell.</summary>
    public static byte[] File
    {
        get
        {
            var graph = TinyNetwork.Graph();
            var constant = TensorData.FromFloats([1, TinyNetwork.Classes], new float[TinyNetwork.Classes]);
            return OnnxWriter.Write(graph with
            {
                Outputs = [new ValueInfo(Name, ElementType.Float, constant.Shape), .. graph.Outputs],
                Initializers = graph.Initializers.Append(KeyValuePair.Create(Name, constant)).ToDictionary(StringComparer.Ordinal),
            }).Message;
        }
    }
}
