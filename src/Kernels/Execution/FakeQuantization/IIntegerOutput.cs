using static TorchSharp.torch;

namespace Cluster.Kernels.Execution.FakeQuantization;

/// <summary>Turns the whole numbers of an integer kernel into its output, in the runtime's order of float operations.</summary>
internal interface IIntegerOutput
{
    /// <summary>The output that readers see; takes over the whole numbers.</summary>
    Tensor Finish(GraphNode node, Tensor whole, IRunObserver? observer);
}
