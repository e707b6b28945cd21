using Cluster.Coordinator.Model.Options;
using Cluster.Kernels.Export;
using Cluster.Kernels.Graphs.Onnx;

namespace Cluster.Evaluation.Publishing;

/// <summary>On which processors a published file computes what was measured, as its own metadata say.</summary>
internal static class Exactness
{
    /// <summary>What that means for deployment, to follow "the network to deploy"; empty where nothing is stated.</summary>
    public static string Words(string path) => StatedIn(path) switch
    {
        null => string.Empty,
        SaturatingProducts.EveryX86 => ", exact on every x86",
        var processors => $", exact on {processors} ({JobLimits.Formats.Name} int8-safe: on every x86)",
    };

    private static string? StatedIn(string path) =>
        File.Exists(path) ? SaturatingProducts.StatedIn(OnnxReader.Read(File.ReadAllBytes(path), path)) : null;
}
