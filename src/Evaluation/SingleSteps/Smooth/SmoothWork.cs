using System.Diagnostics;
using System.Security.Cryptography;
using Cluster.DataSpecs;
using Cluster.Evaluation.Inputs;
using Cluster.Evaluation.SingleSteps.Quantize;
using Cluster.Evaluation.SingleSteps.Weights;
using Cluster.Kernels.Data;
using Cluster.Kernels.Graphs;
using Cluster.Kernels.Graphs.Onnx;
using Cluster.Kernels.Weights.Smoothing;
using Cluster.Storage.Files;
using Cluster.Storage.Locks;
using Cluster.Terminal;

namespace Cluster.Evaluation.SingleSteps.Smooth;

/// <summary>Smooths a network and writes it, still in FP32.</summary>
public sealed class SmoothWork(SmoothRequest request, Action<string> say)
{
    /// <summary>Runs the whole command.</summary>
    /// <exception cref="Kernels.KernelException">Model or data cannot be used.</exception>
    public async Task<SmoothReport> RunAsync(CancellationToken cancellation)
    {
        long began = Stopwatch.GetTimestamp();
        OutputPlace.PrepareFile(request.Output, say);
        byte[] model = await Task.Run(() => OnnxReader.ReadBytes(request.Model), cancellation);
        var graph = OnnxReader.Read(model, request.Model);
        WeightOnlyNodes.RequireFloat(graph, request.Model);
        using var pixels = WorkingMemory.Of(request.Memory).ImageSpace(Path.GetDirectoryName(Path.GetFullPath(request.Output))!);
        var preprocess = InputPreprocess.Load(request.Model, request.Preprocess, request.Data);
        var calibration = RawSamples.Open(request.Data, request.Model, graph, preprocess, pixels);
        using var hold = await new MachineLock().SharedAsync(cancellation);
        var smoothed = await Task.Run(
            () => SmoothedNetwork.Of(graph, calibration, request.Alpha, Environment.ProcessorCount, cancellation), cancellation);
        byte[] file = OnnxWriter.Write(smoothed.Graph);
        var samples = calibration.Inputs(0);
        double difference = SameFunction.Require(
            "smooth", request.Model, SameFunction.First(model, samples), SameFunction.First(file, samples));
        string beside = PreprocessPlace.Beside(request.Output);
        if (preprocess is not null && (request.Force || !File.Exists(beside)))
        {
            AtomicFile.Write(beside, preprocess.ToJson());
        }

        AtomicFile.Write(request.Output, file);
        say($"wrote {request.Output}");
        return new SmoothReport(
            request.Model,
            new QuantizeOutput(request.Output, Convert.ToHexStringLower(SHA256.HashData(file)), file.LongLength),
            request.Alpha,
            smoothed.Tensors,
            difference,
            Stopwatch.GetElapsedTime(began).TotalSeconds);
    }
}
