using Cluster.Kernels.Execution;
using Cluster.Kernels.Graphs.Groups;
using Cluster.Kernels.Learning.Reconstruction;
using Cluster.Kernels.Tests.Execution;

namespace Cluster.Kernels.Tests.Learning.Reconstruction;

/// <summary>A residual network and noise to learn its roundings from, at 3-bit weights and 4-bit activations: a loop of a second.</summary>
internal static class SmallReconstruction
{
    public static (GroupedGraph Graph, ImageBatches Images, ReconstructionStart Start) Subject()
    {
        var graph = Nets.Group(Nets.Residual());
        var images = Nets.Noise(48, 3, 8, 8, 16);
        return (graph, images, LowBitStart.Create(graph, images, 3, 4, 8));
    }

    /// <summary>A run without state.</summary>
    public static ReconstructionResult Run(
        GroupedGraph graph, ImageBatches images, ReconstructionStart start, ReconstructionOptions options) =>
        Reconstructor.Run(graph, start, images, options, null, null, TimeProvider.System, CancellationToken.None);
}
