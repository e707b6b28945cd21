using Cluster.Kernels.Weights.Smoothing;

namespace Cluster.Evaluation.SingleSteps.Smooth;

/// <summary>Smooths a network and writes it, still in FP32.</summary>
public sealed class SmoothWork(SmoothRequest request, Action<string> say)
{
    /// <summary>Runs the whole command.</summary>
    /// <exception cref="Networks.KernelException">Model or data cannot be used.</exception>
    public async Task<SmoothReport> RunAsync(CancellationToken cancellation)
    {
        long began = Stopwatch.GetTimestamp();
        OutputPlace.PrepareFile(request.Output, say);
        var sizes = new FreeInputs(request.Data, DataAccess.Anywhere, request.Preprocess);
        var model = await Task.Run(() => RawNetwork.Read(request.Model, sizes), cancellation);
        using var pixels = WorkingMemory.Of(request.Memory).ImageSpace(Path.GetDirectoryName(Path.GetFullPath(request.Output))!);
        var preprocess = InputPreprocess.Load(request.Model, request.Preprocess, GivenInputs.None, request.Data);
        var calibration = model.Samples(request.Data, preprocess, pixels);
        using var hold = await new MachineLock { Said = say }.SharedAsync(cancellation);
        var smoothed = await Task.Run(
            () => SmoothedNetwork.Of(model.Graph, calibration, request.Alpha, Environment.ProcessorCount, cancellation), cancellation);
        var file = OnnxWriter.Write(smoothed.Graph);
        double difference = SameFunction.Require("smooth", request.Model, model.File, file, calibration.Inputs(0));
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

/// <summary>A user's request for `smooth`, as typed.</summary>
/// <param name="Model">Path of the FP32 ONNX file.</param>
/// <param name="Data">Calibration data.</param>
/// <param name="Preprocess">Path of the preprocessing; null: the one next to the model, which is copied next to the output too.</param>
/// <param name="Alpha">How much of the activations' range goes to the weights, 0 to 1.</param>
/// <param name="Output">Path of the file to write.</param>
/// <param name="Force">Whether an existing file is replaced.</param>
/// <param name="Memory">Bytes that the process should stay below; null: half of the machine's.</param>
public sealed record SmoothRequest(
    string Model, string Data, string? Preprocess, double Alpha, string Output, bool Force, long? Memory)
{
    /// <summary>Checks the request before any work.</summary>
    /// <exception cref="UsageException">A number is out of range, or the output is not a new file.</exception>
    public void Validate()
    {
        if (!(Alpha is >= 0 and <= 1))
        {
            throw new UsageException($"--alpha is {Alpha}; 0 to 1 is expected, such as 0.5.");
        }

        OutputPlace.RequireNewNetwork(Output, Model, "net.smooth.onnx", Force);
    }
}

/// <summary>The result of `smooth`; its JSON form is the command's `--json`.</summary>
/// <param name="Tensors">In execution order.</param>
/// <param name="Difference">Root mean square of the first output's differences from the model's, relative to the model's.</param>
public sealed record SmoothReport(
    string Model, QuantizeOutput Output, double Alpha, IReadOnlyList<SmoothedTensor> Tensors, double Difference, double Seconds);

/// <summary>A network that only runs in ONNX Runtime, so that only its weights and inputs are known.</summary>
internal sealed record RawNetwork(string Path, ModelFile File, ModelGraph Graph)
{
    private const int Batch = 16;

    /// <exception cref="KernelException">There is no such file, it is not an FP32 network, or the samples cannot be read.</exception>
    /// <param name="sizes">Gives the sizes that the file leaves free; they stay free in what is written.</param>
    public static RawNetwork Read(string path, FreeInputs sizes)
    {
        var file = OnnxReader.ReadFile(path);
        var graph = OnnxReader.Read(file, path);
        WeightOnlyNodes.RequireFloat(graph, path);
        return new RawNetwork(path, file, sizes.Bind(graph, path));
    }

    /// <summary>Samples for it.</summary>
    /// <exception cref="KernelException">Data are missing, damaged, or not for this network.</exception>
    public ImageBatches Samples(string spec, Preprocess? preprocess, SpillSpace pixels)
    {
        int batch = Graph.Inputs.All(input => input.Shape is [-1, ..]) ? Batch : 1;
        if (batch == 1 && Graph.Inputs.FirstOrDefault(input => input.Shape is not [-1 or 1, ..]) is { } other)
        {
            throw new KernelException(
                $"The input '{other.Name}' of {Path} has shape [{string.Join(',', other.Shape)}], which takes no single sample; "
                + "export the network for any batch.");
        }

        return new ImageBatches(
            DataSource.OpenSamples(spec, DataAccess.Anywhere, pixels, preprocess).For(Graph.Inputs, preprocess),
            preprocess,
            batch);
    }
}
