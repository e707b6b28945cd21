using System.Diagnostics;
using Cluster.DataSpecs.Models;
using Cluster.Evaluation.Inputs;
using Cluster.Evaluation.Setup;
using Cluster.Evaluation.SingleSteps.Quantize;
using Cluster.Evaluation.Targets;
using Cluster.Kernels;
using Cluster.Kernels.Execution;
using Cluster.Kernels.Graphs.Onnx;
using Cluster.Kernels.Runtimes;
using Cluster.Kernels.Weights;
using Cluster.Plans;
using Cluster.Storage.Locks;
using Cluster.Terminal;

namespace Cluster.Evaluation.SingleSteps.Weights;

/// <summary>Quantizes the weights of a network's products, writes the file, and measures it together with FP32.</summary>
public sealed class WeightsWork(WeightsRequest request, Action<string> say)
{
    private readonly MachineLock _machine = new();

    /// <summary>Runs the whole command.</summary>
    /// <exception cref="KernelException">Model or data cannot be used.</exception>
    /// <exception cref="JobException">The file gives numbers that are not finite.</exception>
    public async Task<WeightsReport> RunAsync(CancellationToken cancellation)
    {
        long began = Stopwatch.GetTimestamp();
        OutputPlace.PrepareFile(request.Output, say);
        var model = await Task.Run(() => RawNetwork.Read(request.Model), cancellation);
        var weights = new WeightOnly(model.Graph);
        using var pixels = WorkingMemory.Of(request.Memory).ImageSpace(Path.GetDirectoryName(Path.GetFullPath(request.Output))!);
        var (calibration, evaluation) = Samples(model, pixels);
        var meter = evaluation is null ? null : new ArtefactMeter(Measuring(model, evaluation));
        WeightOnlyNetwork network;
        ModelFile file;
        FileAccuracy? accuracy;
        using (await _machine.SharedAsync(cancellation))
        {
            network = await Task.Run(() => Quantize(weights, calibration, cancellation), cancellation);
            file = OnnxWriter.Write(network.Graph);

            // Without evaluation data no other run would show that it cannot be run.
            Open(file).Dispose();
            accuracy = meter is null ? null : await Task.Run(() => meter.Accuracy(file, cancellation), cancellation);
        }

        if (accuracy?.Doubt is { } doubt)
        {
            say(doubt);
        }

        var output = QuantizeOutput.Write(request.Output, file, say);
        var latency = meter is null ? null : await meter.LatencyAsync(_machine, output.Sha256, file, cancellation);
        return new WeightsReport(
            request.Model,
            output,
            model.File.Length,
            (double)file.Length / model.File.Length,
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

    private static OrtSession Open(ModelFile file) => OrtSession.Open(file, new OrtSessionOptions { Threads = 1, AllowSpinning = false });

    private (ImageBatches? Calibration, ImageBatches? Evaluation) Samples(RawNetwork model, SpillSpace pixels)
    {
        if (request.Data is null && request.Evaluation is null)
        {
            return (null, null);
        }

        var preprocess = InputPreprocess.Load(request.Model, request.Preprocess, GivenInputs.None, request.Data, request.Evaluation);
        ImageBatches? Read(string? spec) => spec is null ? null : model.Samples(spec, preprocess, pixels);
        return (Read(request.Data), Read(request.Evaluation));
    }

    // Only a run tells how many values its first output has for a sample.
    private MeasuringSetup Measuring(RawNetwork model, ImageBatches evaluation)
    {
        using var session = Open(model.File);
        int classes = (int)session.Run(evaluation.Repeated(1), [session.OutputNames[0]])[0].Count;
        evaluation.Images.RequireClasses(classes);
        return new()
        {
            Target = TargetList.Usual,
            Float32Model = model.File,
            Original = new OriginalFile(model.File, null),
            Output = model.Graph.Outputs[0] with { Shape = [-1, classes] },
            Evaluation = evaluation,
            Batch = request.Batch,
            Threads = request.Threads,
        };
    }

    private WeightOnlyNetwork Quantize(WeightOnly weights, ImageBatches? calibration, CancellationToken cancellation)
    {
        if (request.Rounding == WeightRounding.Nearest)
        {
            return weights.Nearest(request.Format, request.Rounded);
        }

        say($"adapting {weights.Count} matrices to {calibration!.Images.Count} calibration samples");
        return weights.Gptq(
            request.Format,
            request.Rounded,
            calibration,
            Environment.ProcessorCount,
            done => say($"{done} of {weights.Count} matrices"),
            cancellation);
    }
}
