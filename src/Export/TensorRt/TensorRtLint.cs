namespace Cluster.Export.TensorRt;

/// <summary>
/// Checks a QDQ file against the rules of TensorRT's explicit quantization, without TensorRT: what its parser refuses, and what makes it
/// fall back to float kernels or skip a fusion. Based on NVIDIA's developer guide ("Working with Quantized Types") and the behaviour of its
/// quantization toolkits; never compared with a build of TensorRT here.
/// </summary>
public static class TensorRtLint
{
    /// <summary>Every violation as a sentence that names the node; empty if all rules hold.</summary>
    public static IReadOnlyList<string> Check(ModelGraph graph)
    {
        var file = new QdqView(graph);
        return [.. TensorRtRules.All.SelectMany(rule => rule(file))];
    }

    /// <summary>The same for a strongly typed file (<see cref="StronglyTyped"/>).</summary>
    public static IReadOnlyList<string> CheckStronglyTyped(ModelGraph graph)
    {
        var file = new QdqView(graph);
        var types = FloatTypes.Of(graph);
        return
        [
            .. TensorRtRules.OfPairs.SelectMany(rule => rule(file)),
            .. StronglyTypedRules.All.SelectMany(rule => rule(file, types)),
        ];
    }

    /// <exception cref="KernelException">A rule is broken: the first of <see cref="Check"/>.</exception>
    public static void Require(ModelGraph graph)
    {
        if (Check(graph) is [var first, ..])
        {
            throw new KernelException($"The file breaks a rule of TensorRT's explicit quantization: {first}");
        }
    }
}
