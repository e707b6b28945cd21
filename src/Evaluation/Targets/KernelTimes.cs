using System.Text.RegularExpressions;
using Cluster.Export.Forms;

namespace Cluster.Evaluation.Targets;

/// <summary>Sums a profile's kernel times by group, and separately the times of precision and layout changes.</summary>
/// <param name="GroupMs">One per group of the network.</param>
/// <param name="ConversionMs">QuantizeLinear, DequantizeLinear, transposes and reorders of activations.</param>
internal sealed partial record KernelTimes(double[] GroupMs, double ConversionMs, double TotalMs)
{
    /// <summary>
    /// The runtime names a kernel after a node or after a fused output, with its own suffixes. A kernel with an unknown name counts towards
    /// the one before it.
    /// </summary>
    public static KernelTimes Of(GroupedGraph graph, IReadOnlyList<OrtNodeTime> kernels)
    {
        var owner = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var group in graph.Groups)
        {
            foreach (var node in group.Nodes)
            {
                owner[node.Name] = group.Index;
                owner[node.Output] = group.Index;
            }
        }

        double[] groups = new double[graph.Groups.Count];
        double conversions = 0;
        int current = 0;
        foreach (var kernel in kernels)
        {
            double milliseconds = kernel.MedianMicroseconds / 1000;
            if (kernel.Operator is "QuantizeLinear" or "DequantizeLinear" or "Transpose" or "ReorderInput" or "ReorderOutput")
            {
                conversions += milliseconds;
                continue;
            }

            string name = Suffix().Replace(kernel.Name, "");
            current = owner.GetValueOrDefault(name, owner.GetValueOrDefault(FormNames.LayerOf(name), current));
            groups[current] += milliseconds;
        }

        return new KernelTimes(groups, conversions, kernels.Sum(kernel => kernel.MedianMicroseconds) / 1000);
    }

    [GeneratedRegex("(_token_[0-9]+|_nchwc|_quant|/MatMulScaleFusion/)+$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Suffix();
}
