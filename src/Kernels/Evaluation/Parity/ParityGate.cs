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
/// Runs an artefact in ONNX Runtime next to the simulation before it is published. The file is read back as it was
/// written; its quantized tensors are made visible, the simulation is fed the runtime's codes tensor by tensor, and
/// each tensor may differ by one code on at most one element in a thousand. Ties are counted apart: the runtime's kernels each
/// round in an order of their own, so that half a code may go either way.
/// </summary>
public static class ParityGate
{
    // The runtime hands over the codes of every tensor of a batch at once: a few small batches are in memory side by side.
    private const int BatchSize = 4;
    private const int MostWorkers = 4;

    /// <summary>Compares tensor by tensor, then end to end.</summary>
    /// <param name="artefact">The bytes of the QDQ file.</param>
    /// <param name="images">Samples; a few batches are enough.</param>
    /// <param name="workers">Threads, of which four are used at most; the report does not depend on them.</param>
    public static ParityReport Check(
        FloatNetwork float32, QuantizedNetwork network, byte[] artefact, ImageBatches images, int workers, CancellationToken cancellation)
    {
        var graph = OnnxReader.Read(artefact, "artefact");
        int pairs = graph.Nodes.Count(node => node.OpType == "QuantizeLinear");
        int expected = QdqExporter.ExpectedQuantizeNodes(network);
        if (pairs != expected)
        {
            return new ParityReport(0, 0, pairs, [], $"The artefact has {pairs} QuantizeLinear nodes where the plan has {expected}.");
        }

        images = images with { BatchSize = Math.Min(BatchSize, images.BatchSize) };
        using var plain = OrtSession.Open(artefact, new OrtSessionOptions { AllowSpinning = false });
        using var opened = OrtSession.Open(OnnxWriter.Write(ExposeCodes(graph, network)), new OrtSessionOptions { AllowSpinning = false });
        using var programs = float32.Compile(network);
        string[] wanted = CodeComparison.Wanted(network);
        var comparisons = new CodeComparison[images.Count];
        int[] agreements = new int[images.Count];
        Batches.ForEach(
            images.Count,
            Math.Min(workers, MostWorkers),
            batch =>
            {
                var inputs = images.Inputs(batch);
                var found = comparisons[batch] = new CodeComparison(network);
                using (var codes = opened.RunInPlace(inputs, wanted))
                {
                    found.Begin(codes);
                    RunForced(float32, programs, found, inputs);
                }

                agreements[batch] = Agreement(plain, inputs, float32.Run(inputs, programs.Programs), images.Size(batch));
            },
            cancellation);
        var comparison = new CodeComparison(network);
        foreach (var found in comparisons)
        {
            comparison.Add(found);
        }

        int agree = agreements.Sum();
        return new ParityReport(
            images.Images.Count,
            agree,
            pairs,
            comparison.Results,
            Failure(comparison, network, HasClasses(float32) ? agree : images.Images.Count, images.Images.Count));
    }

    /// <summary>Whether the first output is one row a sample, of classes: of a map of outputs the largest means nothing.</summary>
    public static bool HasClasses(FloatNetwork float32)
    {
        var graph = float32.Graph.Graph;
        return ShapeInference.Infer(graph, 1)[graph.Outputs[0].Name].Skip(2).All(size => size == 1);
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

    private static int Agreement(OrtSession session, IReadOnlyList<TensorData> inputs, float[] simulated, int size)
    {
        float[] logits = new float[simulated.Length];
        session.Run(inputs, logits);
        int classes = logits.Length / size;
        return (int)Accuracy.Of(Accuracy.Predictions(logits, classes), Accuracy.Predictions(simulated, classes)).Correct;
    }

    private static string? Failure(CodeComparison comparison, QuantizedNetwork network, int agree, int images)
    {
        var first = comparison.Results.FirstOrDefault(tensor => !tensor.Passes);
        if (first is not null)
        {
            return $"Runtime and simulation diverge first in group '{first.Group}', tensor '{first.Tensor}': {first.Different} of "
                + $"{first.Elements} codes differ, by up to {first.LargestStep}; "
                + $"at most one code on {1 - GroupParity.RequiredShare:P1} of the elements is allowed.";
        }

        // Not below the limit, rather than above it: NaN is refused too.
        if (!(comparison.LogitsDifference <= ParityReport.LargestLogitsDifference))
        {
            return "Runtime and simulation agree on every quantized tensor and diverge in the output "
                + $"'{comparison.DivergingOutput}': by up to {comparison.LogitsDifference:P2} of the largest; "
                + $"at most {ParityReport.LargestLogitsDifference:P1} is allowed.";
        }

        // Below 8 bits one code that rounds differently moves a tensor by up to a third of its range: end to end, such
        // networks drift apart on images near a decision although each tensor follows from the one before. The share is
        // reported.
        if (network.Layout.ComputesInFloat)
        {
            return null;
        }

        // In whole images: of fewer than 200 one may differ, since on a near tie a code that rounds differently
        // decides.
        return agree < Math.Floor(ParityReport.RequiredAgreement * images)
            ? $"Runtime and simulation agree on the top-1 class of {agree} of {images} images; "
                + $"{ParityReport.RequiredAgreement:P1} is required."
            : null;
    }

    private static ModelGraph ExposeCodes(ModelGraph graph, QuantizedNetwork network)
    {
        var shapes = ShapeInference.Infer(network.Graph.Graph, 1);
        return graph with
        {
            Outputs = [.. graph.Outputs, .. network.Layout.Points.Keys.Select(tensor =>
                new ValueInfo(QdqExporter.CodesOf(tensor), ElementType.UInt8, [-1, .. shapes[tensor].Skip(1)]))],
        };
    }
}
