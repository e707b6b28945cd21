using System.Collections.Concurrent;

namespace Cluster.Evaluation.Setup;

/// <summary>
/// Runs files through the target's parity gate, each once: a file that passes in the search is published unchanged. Used by jobs and single
/// steps alike. Thread-safe.
/// </summary>
/// <param name="samples">The gate uses the first of them; null: nothing can be compared.</param>
/// <param name="outputs">The meaning of the network's outputs.</param>
internal sealed class ParityReports(ITarget target, FloatNetwork float32, ImageBatches? samples, OutputKind outputs)
{
    private const int GateImages = 256;

    private readonly ConcurrentDictionary<string, ParityReport> _known = new(StringComparer.Ordinal);

    /// <summary>The gate's findings, or null if the file is the FP32 network itself, or there are no samples.</summary>
    public ParityReport? Check(BuiltArtefact artefact, CancellationToken cancellation) => artefact.Network is null || samples is null
        ? null
        : _known.GetOrAdd(
            artefact.Sha256, _ => target.Check(float32, artefact, samples.Take(GateImages), outputs, cancellation));

    /// <summary>
    /// Why a file for a runtime that is not here does not compute its plan, in a sentence; null if it does, or nothing can be compared:
    /// there are no samples, or layers in 16 bits, for which the processor has no kernels.
    /// </summary>
    public string? FailureOf(QuantizedNetwork network, ModelFile file) => samples is null || network.Layout.Floats.Count > 0
        ? null
        : ParityGate.CheckFile(
            float32, network, file, run: null, samples.Take(ParityGate.FileImages), outputs, CancellationToken.None).Failure;
}
