using Cluster.Kernels.Graphs;

namespace Cluster.Reproductions.Nvidia;

/// <summary>The modules that NVIDIA's toolkit quantizes, as the text lists them, looked for in a file.</summary>
internal static class NvidiaModules
{
    private static readonly (string Name, string Operator)[] Families =
    [
        ("QuantConv1d, 2d, 3d", "Conv"),
        ("QuantConvTranspose1d, 2d, 3d", "ConvTranspose"),
        ("QuantLinear", "Gemm"),
        ("QuantAvgPool1d, 2d, 3d", "AveragePool"),
        ("QuantMaxPool1d, 2d, 3d", "MaxPool"),
        ("QuantAdaptiveAvgPool1d, 2d, 3d", "GlobalAveragePool"),
        ("Clip", "Clip"),
        ("QuantLSTM, QuantLSTMCell", "LSTM"),
    ];

    /// <summary>One row a family, also of those that the network has nothing of.</summary>
    /// <param name="file">With the Q/DQ pairs of TensorRT.</param>
    public static IReadOnlyList<NvidiaModule> Of(ModelGraph file)
    {
        var dequantized = file.Nodes.Where(node => node.OpType == "DequantizeLinear").Select(node => node.Output).ToHashSet();
        return
        [
            .. Families.Select(family =>
            {
                GraphNode[] nodes = [.. file.Nodes.Where(node => node.OpType == family.Operator)];
                return new NvidiaModule(
                    family.Name, family.Operator, nodes.Length, nodes.Count(node => dequantized.Contains(node.Inputs[0])));
            }),
        ];
    }
}
