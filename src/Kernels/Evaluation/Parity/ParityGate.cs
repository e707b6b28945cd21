using Cluster.Kernels.Evaluation.Measurement;
using Cluster.Kernels.Execution;
using Cluster.Kernels.Export;
using Cluster.Kernels.Graphs;
using Cluster.Kernels.Graphs.Inference;
using Cluster.Kernels.Graphs.Onnx;
using Cluster.Kernels.Plans;
using Cluster.Kernels.Runtimes;

namespace Cluster.Kernels.Evaluation.Parity;

/// <summary>
/// Runs an artefact in ONNX Runtime next to the simulation before it is published. The file is read back as it was written and its
/// quantized tensors are made visible. The simulation is fed the runtime's codes tensor by tensor, and each tensor may differ by one code
/// on at most one element in a thousand. Ties are counted separately: each of the runtime's kernels rounds in its own order, so half a code
/// may go either way. Then both run from end to end (<see cref="OutputParity"/>).
/// </summary>
public static class ParityGate
{
    // The runtime returns the codes of every tensor of a batch at once: a few small batches are in memory concurrently.
    private const int BatchSize = 4;
    private const int MostWorkers = 4;

    /// <summary>Compares tensor by tensor, then end to end.</summary>
    /// <param name="artefact">The bytes of the QDQ file.</param>
    /// <param name="images">Samples; a few batches are enough.</param>
    /// <param name="workers">Threads, at most four of which are used; the report does not depend on them.</param>
    /// <param name="outputs">The job's meaning of the outputs.</param>
    public static ParityReport Check(
        FloatNetwork float32,
        QuantizedNetwork network,
        byte[] artefact,
        ImageBatches images,
        int workers,
        CancellationToken cancellation,
        OutputKind outputs = OutputKind.Scores)
    {
        var graph = OnnxReader.Read(artefact, "artefact");
        int pairs = graph.Nodes.Count(node => node.OpType == "QuantizeLinear");
        int expected = QdqExporter.ExpectedQuantizeNodes(network);
        if (pairs != expected)
        {
            return new ParityReport(0, pairs, [], null, $"The artefact has {pairs} QuantizeLinear nodes where the plan has {expected}.");
        }

        images = images with { BatchSize = Math.Min(BatchSize, images.BatchSize) };
        workers = Math.Min(workers, MostWorkers);
        var codes = CompareCodes(float32, network, ExposeCodes(graph, network), images, workers, cancellation);
        using var plain = OrtSession.Open(artefact, new OrtSessionOptions { AllowSpinning = false });
        var compared = new OutputComparison(float32, network, images, outputs, workers).Compare(plain.Run, cancellation);
        return new ParityReport(images.Images.Count, pairs, codes.Results, compared, Failure(codes));
    }

    private static CodeComparison CompareCodes(
        FloatNetwork float32,
        QuantizedNetwork network,
        ModelGraph exposed,
        ImageBatches images,
        int workers,
        CancellationToken cancellation)
    {
        using var opened = OrtSession.Open(OnnxWriter.Write(exposed), new OrtSessionOptions { AllowSpinning = false });
        using var programs = float32.Compile(network);
        string[] wanted = CodeComparison.Wanted(network);
        var comparisons = Batches.Select(
            images.Count,
            workers,
            batch =>
            {
                var inputs = images.Inputs(batch);
                var found = new CodeComparison(network);
                using var codes = opened.RunInPlace(inputs, wanted);
                found.Begin(codes);
                RunForced(float32, programs, found, inputs);
                return found;
            },
            cancellation);
        var comparison = new CodeComparison(network);
        foreach (var found in comparisons)
        {
            comparison.Add(found);
        }

        return comparison;
    }

    private static void RunForced(FloatNetwork float32, ProgramSet programs, CodeComparison comparison, IReadOnlyList<TensorData> inputs)
    {
        using var live = new LiveTensors();
        live.SetInputs(float32.Graph, inputs);
        foreach (var program in programs.Programs)
        {
            program.Run(live, comparison);
        }

        comparison.End(float32.Outputs(live));
    }

    private static string? Failure(CodeComparison comparison)
    {
        var first = comparison.Results.FirstOrDefault(tensor => !tensor.Passes);
        if (first is not null)
        {
            return $"Runtime and simulation diverge first in group '{first.Group}', tensor '{first.Tensor}': {first.Different} of "
                + $"{first.Elements} codes differ, by up to {first.LargestStep}; "
                + $"at most one code on {1 - GroupParity.RequiredShare:P1} of the elements is allowed.";
        }

        // "Not below the limit" rather than "above it": NaN is refused too.
        return comparison.LogitsDifference <= ParityReport.LargestLogitsDifference
            ? null
            : "Runtime and simulation agree on every quantized tensor and diverge in the output "
                + $"'{comparison.DivergingOutput}': by up to {comparison.LogitsDifference:P2} of the largest; "
                + $"at most {ParityReport.LargestLogitsDifference:P1} is allowed.";
    }

    private static ModelGraph ExposeCodes(ModelGraph graph, QuantizedNetwork network)
    {
        var shapes = ShapeInference.Infer(network.Graph.Graph, 1);
        return graph with
        {
            Outputs = [.. graph.Outputs, .. network.Layout.Points.Keys.Select(tensor =>
                new ValueInfo(QdqWriter.CodesOf(tensor), ElementType.UInt8, [-1, .. shapes[tensor].Skip(1)]))],
        };
    }
}
