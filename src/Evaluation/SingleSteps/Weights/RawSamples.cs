using Cluster.DataSpecs;
using Cluster.Kernels;
using Cluster.Kernels.Data;
using Cluster.Kernels.Execution;
using Cluster.Kernels.Graphs;

namespace Cluster.Evaluation.SingleSteps.Weights;

/// <summary>Samples for a network that only runs in ONNX Runtime, so that only its inputs are known.</summary>
internal static class RawSamples
{
    private const int Batch = 16;

    /// <exception cref="KernelException">Data are missing, damaged, or not for this network.</exception>
    public static ImageBatches Open(string spec, string model, ModelGraph graph, Preprocess? preprocess, SpillSpace pixels)
    {
        int batch = graph.Inputs.All(input => input.Shape is [-1, ..]) ? Batch : 1;
        if (batch == 1 && graph.Inputs.FirstOrDefault(input => input.Shape is not [-1 or 1, ..]) is { } other)
        {
            throw new KernelException(
                $"The input '{other.Name}' of {model} has shape [{string.Join(',', other.Shape)}], which takes no single sample; "
                + "export the network for any batch.");
        }

        return new ImageBatches(
            DataSource.OpenSamples(spec, DataAccess.Anywhere, pixels, preprocess?.Geometry).For(graph.Inputs, preprocess),
            preprocess,
            batch);
    }
}
