using Cluster.Kernels.Export;
using Cluster.Kernels.Graphs;
using Cluster.Kernels.Plans;
using Cluster.Plans;

namespace Cluster.Evaluation.Artefacts;

/// <summary>The form of a plan's file for a target's runtime: the positions of its pairs, and their types.</summary>
internal interface IFileForm
{
    /// <summary>Writes a plan.</summary>
    /// <param name="network">The plan with its numbers, placed for ONNX Runtime's CPU.</param>
    /// <param name="settings">The plan, one setting a group.</param>
    /// <exception cref="Kernels.KernelException">The plan has no such file.</exception>
    FormedFile Make(QuantizedNetwork network, IReadOnlyList<GroupDecision> settings);
}

/// <summary>A plan's file and the network that it holds.</summary>
/// <param name="Network">The network to simulate the file.</param>
internal sealed record FormedFile(QuantizedNetwork Network, ModelGraph File);

/// <summary>The QDQ file for ONNX Runtime's CPU, which our own executor and other providers run too.</summary>
/// <param name="storage">Types of codes of fewer than 8 bits.</param>
internal sealed class QdqForm(CodeStorage storage = CodeStorage.Bytes) : IFileForm
{
    public FormedFile Make(QuantizedNetwork network, IReadOnlyList<GroupDecision> settings) =>
        new(network, QdqExporter.Export(network, storage));
}
