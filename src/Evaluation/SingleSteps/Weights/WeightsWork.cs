using System.Diagnostics;
using System.Security.Cryptography;
using Cluster.Evaluation.Inputs;
using Cluster.Evaluation.Setup;
using Cluster.Evaluation.SingleSteps.Quantize;
using Cluster.Evaluation.Targets;
using Cluster.Kernels;
using Cluster.Kernels.Execution;
using Cluster.Kernels.Graphs;
using Cluster.Kernels.Graphs.Onnx;
using Cluster.Kernels.Runtimes;
using Cluster.Kernels.Weights;
using Cluster.Plans;
using Cluster.Storage.Files;
using Cluster.Storage.Locks;
using Cluster.Terminal;

namespace Cluster.Evaluation.SingleSteps.Weights;

/// <summary>Quantizes the weights of a network's products, writes the file, and measures it together with FP32.</summary>
public sealed class WeightsWork(WeightsRequest request, Action<string> say)
{
    private readonly MachineLock _machine = new();
    private readonly int _cores = Environment.ProcessorCount;

    /// <summary>Runs the whole command.</summary>
    /// <exception cref="KernelException">Model or data cannot be used.</exception>
    /// <exception cref="JobException">The file gives numbers that are not finite.</exception>
    public async Task<WeightsReport> RunAsync(CancellationToken cancellation)
    {
        long began = Stopwatch.GetTimestamp();
        var format = request.Format;
        OutputPlace.PrepareFile(request.Output, say);
        byte[] model = await Task.Run(() => OnnxReader.ReadBytes(request.Model), cancellation);
        var graph = OnnxReader.Read(model, request.Model);
        WeightOnlyNodes.RequireFloat(graph, request.Model);
        var weights = new WeightOnly(graph);
        var memory = WorkingMemory.Of(request.Memory);
        using var pixels = memory.ImageSpace(Path.GetDirectoryName(Path.GetFullPath(request.Output))!);
        var data = WeightsData.Open(request, model, graph, pixels);
        WeightOnlyNetwork network;
        byte[] file;
        var meter = data.Evaluation is { } evaluation ? new ArtefactMeter(Measuring(model, graph, data, evaluation)) : null;
        FileAccuracy? accuracy;
        using (await _machine.SharedAsync(cancellation))
        {
            network = await Task.Run(() => Quantize(weights, format, data, cancellation), cancellation);
            file = OnnxWriter.Write(network.Graph);
            RequireRuns(file);
            accuracy = meter is null ? null : await Task.Run(() => meter.Accuracy(file, cancellation), cancellation);
        }

        AtomicFile.Write(request.Output, file);
        say($"wrote {request.Output}");
        string digest = Convert.ToHexStringLower(SHA256.HashData(file));
        var latency = meter is null ? null : await LatencyAsync(meter, digest, file, cancellation);
        return new WeightsReport(
            request.Model,
            new QuantizeOutput(request.Output, digest, file.LongLength),
            model.LongLength,
            (double)file.LongLength / model.LongLength,
            request.Bits,
            request.Block,
            request.Rounding,
            request.Rounded,
            network.Products,
            network.Graph.Nodes.Count(node => node.OpType is "MatMul" or "Gemm"),
            accuracy?.Artefact,
            latency?.Artefact,
            accuracy?.Float32,
            latency?.Float32,
            Stopwatch.GetElapsedTime(began).TotalSeconds);
    }

    private WeightOnlyNetwork Quantize(WeightOnly weights, BlockFormat format, WeightsData data, CancellationToken cancellation)
    {
        if (request.Rounding == WeightRounding.Nearest)
        {
            return weights.Nearest(format, request.Rounded);
        }

        say($"adapting {weights.Count} matrices to {data.Calibration!.Images.Count} calibration samples");
        return weights.Gptq(
            format,
            request.Rounded,
            data.Calibration,
            _cores,
            done => say($"{done} of {weights.Count} matrices"),
            cancellation);
    }

    // Without evaluation data no other run would show this.
    private static void RequireRuns(byte[] file) =>
        OrtSession.Open(file, new OrtSessionOptions { Threads = 1, AllowSpinning = false }).Dispose();

    private async Task<(MeasuredLatency Float32, MeasuredLatency Artefact)?> LatencyAsync(
        ArtefactMeter meter, string digest, byte[] file, CancellationToken cancellation)
    {
        using var hold = await _machine.ExclusiveAsync(cancellation);
        return await Task.Run(() => meter.Latency(digest, file, cancellation), cancellation);
    }

    private MeasuringSetup Measuring(byte[] model, ModelGraph graph, WeightsData data, ImageBatches evaluation) => new()
    {
        Target = TargetList.Usual,
        Float32Model = model,
        Output = graph.Outputs[0] with { Shape = [-1, data.Classes] },
        Evaluation = evaluation,
        Batch = request.Batch,
        Threads = request.Threads,
    };
}
