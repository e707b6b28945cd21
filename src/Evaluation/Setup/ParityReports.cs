using System.Collections.Concurrent;
using Cluster.Evaluation.Artefacts;
using Cluster.Evaluation.Targets;
using Cluster.Kernels.Evaluation.Measurement;
using Cluster.Kernels.Evaluation.Parity;
using Cluster.Kernels.Execution;

namespace Cluster.Evaluation.Setup;

/// <summary>
/// Puts files through the target's parity gate, each once: what passes in the search is what is published. Jobs and single steps all
/// come this way. Thread-safe.
/// </summary>
/// <param name="samples">The first of them are the gate's.</param>
/// <param name="outputs">What the network's outputs are taken for.</param>
internal sealed class ParityReports(ITarget target, FloatNetwork float32, ImageBatches samples, OutputKind outputs)
{
    private const int GateImages = 256;

    private readonly ConcurrentDictionary<string, ParityReport> _known = new(StringComparer.Ordinal);

    /// <summary>The gate's findings, or null where the file is the FP32 network itself.</summary>
    public ParityReport? Check(BuiltArtefact artefact, CancellationToken cancellation) => artefact.Network is null
        ? null
        : _known.GetOrAdd(
            artefact.Sha256, _ => target.Check(float32, artefact, samples.Take(GateImages), outputs, cancellation));
}
