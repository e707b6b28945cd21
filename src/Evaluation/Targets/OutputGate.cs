using Cluster.Evaluation.Artefacts;
using Cluster.Kernels.Evaluation.Measurement;
using Cluster.Kernels.Evaluation.Parity;
using Cluster.Kernels.Execution;

namespace Cluster.Evaluation.Targets;

/// <summary>Parity for runtimes that expose no codes inside a network: file and simulation are only compared end to end.</summary>
internal static class OutputGate
{
    /// <param name="opened">The plan's file in the target's runtime.</param>
    /// <param name="pairs">Tensors with a Q/DQ pair.</param>
    public static ParityReport Check(
        IRuntimeNetwork opened,
        int pairs,
        FloatNetwork float32,
        BuiltArtefact artefact,
        ImageBatches images,
        OutputKind outputs,
        CancellationToken cancellation)
    {
        // One batch at a time: the device's memory is unknown.
        var comparison = new OutputComparison(float32, artefact.Network!, images, outputs, workers: 1);
        return new ParityReport(
            images.Images.Count, pairs, [], comparison.Compare(new HalvedBatches(opened).Run, cancellation), CodeFailure: null);
    }
}
