using Cluster.Networks.Graphs.Onnx.Schema;

namespace Cluster.Tests;

/// <summary>What ONNX Runtime makes of a file before it runs it, its own operators included.</summary>
internal static class OptimizedGraph
{
    public static IReadOnlyList<NodeProto> Nodes(byte[] model)
    {
        string path = Path.Combine(Path.GetTempPath(), $"cluster-optimized-{Path.GetRandomFileName()}.onnx");
        try
        {
            using (OrtSession.Open(ModelFile.Of(model), new OrtSessionOptions { OptimizedModelPath = path }))
            {
                return ModelProto.Parser.ParseFrom(File.ReadAllBytes(path)).Graph.Node;
            }
        }
        finally
        {
            File.Delete(path);
        }
    }
}
