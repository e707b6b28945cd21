using Cluster.Kernels.Execution.Files;
using Microsoft.ML.OnnxRuntime;

namespace Cluster.Export.Parity;

/// <summary>
/// Runs an artefact in ONNX Runtime next to the simulation before it is published. The file is read back as it was written and its
/// quantized tensors are made visible; those of a file in fast forms in its plain one, which has the same outputs bit for bit. The
/// simulation is fed the runtime's codes tensor by tensor, and each tensor may differ by one code on at most one element in a thousand.
/// Ties are counted separately: each of the runtime's kernels rounds in its own order, so half a code may go either way. Then both run
/// from end to end (<see cref="OutputParity"/>).
/// </summary>
public static class ParityGate
{
    // The runtime returns the codes of every tensor of a batch at once: a few small batches are in memory concurrently.
    private const int BatchSize = 4;
    private const int MostWorkers = 4;

    /// <summary>
    /// As many images as a file's codes are compared on without the runtime's rewrites, where each takes several times as long: faults of a
    /// file show on any.
    /// </summary>
    public const int FileImages = 32;

    /// <summary>Compares tensor by tensor, then end to end.</summary>
    /// <param name="artefact">The QDQ file.</param>
    /// <param name="images">Samples; a few batches are enough.</param>
    /// <param name="workers">Threads, at most four of which are used; the report does not depend on them.</param>
    /// <param name="outputs">The job's meaning of the outputs.</param>
    public static ParityReport Check(
        FloatNetwork float32,
        QuantizedNetwork network,
        ModelFile artefact,
        ImageBatches images,
        int workers,
        CancellationToken cancellation,
        OutputKind outputs = OutputKind.Scores)
    {
        var file = OnnxReader.Read(artefact, "artefact");
        var graph = FormProof.Plain(file, network);
        int pairs = graph.Nodes.Count(node => node.OpType == "QuantizeLinear");
        int expected = QdqExporter.ExpectedQuantizeNodes(network);
        if (pairs != expected)
        {
            return new ParityReport(0, pairs, [], null, $"The artefact has {pairs} QuantizeLinear nodes where the plan has {expected}.");
        }

        if (file != graph)
        {
            var plain = OnnxWriter.Write(graph);
            var (different, compared) = FormProof.Compare(plain, artefact, images, Math.Min(workers, MostWorkers), cancellation);
            if (different > 0)
            {
                return new ParityReport(
                    images.Images.Count,
                    pairs,
                    [],
                    null,
                    $"In fast forms{(graph.Pixels is null ? string.Empty : " over pixels")} the artefact computes {different} of "
                    + $"{compared} numbers otherwise than in plain forms: ask for those.");
            }
        }

        var options = new OrtSessionOptions { AllowSpinning = false };
        using var exposed = new ExposedCodes(graph, network, options);
        using var turns = new FileTurns(exposed, () => OrtSession.Open(artefact, options));
        return Check(
            float32, network, turns.Codes, CodeRule.Usual, turns.Run, pairs, images, images.Images.Count, workers, outputs, cancellation);
    }

    /// <summary>
    /// The same for a runtime that shows no codes. Those of the file are compared in ONNX Runtime on the processor, without its rewrites:
    /// so the file is proved, and the runtime by its outputs.
    /// </summary>
    /// <param name="run">The file in its runtime; null where that is not here: then as the processor runs it.</param>
    public static ParityReport CheckFile(
        FloatNetwork float32,
        QuantizedNetwork network,
        ModelFile artefact,
        BatchLogits.RunBatch? run,
        ImageBatches images,
        OutputKind outputs,
        CancellationToken cancellation)
    {
        var graph = FormProof.Plain(OnnxReader.Read(artefact, "artefact"), network);
        var options = new OrtSessionOptions { AllowSpinning = false, Optimize = GraphOptimizationLevel.ORT_DISABLE_ALL };
        using var exposed = new ExposedCodes(graph, network, options);
        using var turns = new FileTurns(exposed, () => OrtSession.Open(artefact, options));
        return Check(
            float32,
            network,
            turns.Codes,
            CodeRule.Usual with { JudgesFloats = false },
            run ?? turns.Run,
            graph.Nodes.Count(node => node.OpType == "QuantizeLinear"),
            images,
            FileImages,
            workers: 1,
            outputs,
            cancellation);
    }

    /// <summary>The same for our own executor, which shows the codes itself.</summary>
    /// <param name="run">The model's runs, in parts if they need too much memory.</param>
    public static ParityReport Check(
        FloatNetwork float32,
        QuantizedNetwork network,
        QuantizedModel model,
        BatchLogits.RunBatch run,
        ImageBatches images,
        OutputKind outputs,
        CancellationToken cancellation) => Check(
            float32,
            network,
            inputs => ObservedCodes.Of(model, inputs),
            model.Device.IsHost ? CodeRule.Usual : CodeRule.Gpu,
            run,
            model.Pairs,
            images,
            images.Images.Count,
            workers: 1,
            outputs,
            cancellation);

    private static ParityReport Check(
        FloatNetwork float32,
        QuantizedNetwork network,
        Func<IReadOnlyList<TensorData>, IRuntimeCodes> runtime,
        CodeRule rule,
        BatchLogits.RunBatch run,
        int pairs,
        ImageBatches images,
        int codeImages,
        int workers,
        OutputKind outputs,
        CancellationToken cancellation)
    {
        images = images with { BatchSize = Math.Min(BatchSize, images.BatchSize) };
        workers = Math.Min(workers, MostWorkers);
        using var programs = float32.Compile(network);
        var codes = new CodeComparison(network, rule);
        var shown = images.Take(codeImages);
        var batches = Batches.Select(
            shown.Count,
            workers,
            batch =>
            {
                var inputs = shown.Inputs(batch);
                var found = new CodeComparison(network, rule);
                using var seen = runtime(inputs);
                found.Begin(seen);
                found.End(
                    RunForced(float32, programs, found, inputs),
                    (draw, see) =>
                    {
                        var drift = new RoundingDrift(seed: (batch * OpenRounding.Draws) + draw, seen, see);
                        return RunForced(float32, programs, drift, drift.Moved(inputs));
                    },
                    float32.Counted.ContainsKey);
                return found;
            },
            cancellation);
        foreach (var found in batches)
        {
            codes.Add(found);
        }

        var compared = new OutputComparison(float32, network, images, outputs, workers).Compare(run, programs, cancellation);

        // Beside 16-bit floats a file quantizes what was cast, which has other names than the plan's.
        int least = network.Layout.Floats.Count == 0 ? QdqExporter.ExpectedQuantizeNodes(network) : 0;
        string? failure = codes.Results.Count < least
            ? $"The artefact shows the codes of {codes.Results.Count} tensors where the plan quantizes {least}."
            : Failure(codes);
        return new ParityReport(images.Images.Count, pairs, codes.Results, compared, failure);
    }

    private static IReadOnlyList<TensorData> RunForced(
        FloatNetwork float32, ProgramSet programs, IRunObserver codes, IReadOnlyList<TensorData> inputs)
    {
        using var live = new LiveTensors();
        live.SetInputs(float32.Graph, inputs);
        foreach (var program in programs.Programs)
        {
            program.Run(live, codes);
        }

        return float32.Outputs(live);
    }

    private static string? Failure(CodeComparison comparison)
    {
        var first = comparison.Results.FirstOrDefault(tensor => !tensor.Passes);
        if (first is not null)
        {
            return $"Runtime and simulation diverge first in group '{first.Group}', tensor '{first.Tensor}': {first.Different} of "
                + $"{first.Elements} codes differ, by up to {first.LargestStep}; "
                + $"at most one code on {1 - first.RequiredShare:P1} of the elements is allowed.";
        }

        return comparison.Diverging is not { } channel
            ? null
            : $"Runtime and simulation agree on every quantized tensor and diverge in the {channel}, where at least "
                + $"{OutputIdentity.Least} dB are expected of rounding.";
    }
}
