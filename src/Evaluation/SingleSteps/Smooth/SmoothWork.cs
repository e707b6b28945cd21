using System.Diagnostics;
using Cluster.DataSpecs;
using Cluster.Evaluation.Inputs;
using Cluster.Evaluation.SingleSteps.Quantize;
using Cluster.Evaluation.SingleSteps.Weights;
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
        var model = await Task.Run(() => RawNetwork.Read(request.Model), cancellation);
        using var pixels = WorkingMemory.Of(request.Memory).ImageSpace(Path.GetDirectoryName(Path.GetFullPath(request.Output))!);
        var preprocess = InputPreprocess.Load(request.Model, request.Preprocess, request.Data);
        var calibration = model.Samples(request.Data, preprocess, pixels);
        using var hold = await new MachineLock().SharedAsync(cancellation);
        var smoothed = await Task.Run(
            () => SmoothedNetwork.Of(model.Graph, calibration, request.Alpha, Environment.ProcessorCount, cancellation), cancellation);
        byte[] file = OnnxWriter.Write(smoothed.Graph);
        double difference = SameFunction.Require("smooth", request.Model, model.Bytes, file, calibration.Inputs(0));
        string beside = PreprocessPlace.Beside(request.Output);
        if (preprocess is not null && (request.Force || !File.Exists(beside)))
        {
            AtomicFile.Write(beside, preprocess.ToJson());
        }

        return new SmoothReport(
            request.Model,
            QuantizeOutput.Write(request.Output, file, say),
            request.Alpha,
            smoothed.Tensors,
            difference,
            Stopwatch.GetElapsedTime(began).TotalSeconds);
    }
}
