using Cluster.Kernels.Graphs;

namespace Cluster.Kernels.Export.TensorRt.Rules;

/// <summary>Scales are constants of float32, positive and finite.</summary>
internal sealed class ScalesRule : ITensorRtRule
{
    public IEnumerable<string> Violations(QdqView file) => file.Pairs
        .Where(node => file.Constant(node, 1) is not { Type: ElementType.Float } scale || !AreUsable(scale.As<float>()))
        .Select(node => node.Error("has no constant float32 scales that are all positive and finite.").Message);

    private static bool AreUsable(ReadOnlySpan<float> scales)
    {
        foreach (float scale in scales)
        {
            if (!(scale > 0 && float.IsFinite(scale)))
            {
                return false;
            }
        }

        return true;
    }
}
