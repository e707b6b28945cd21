using System.Diagnostics;
using Cluster.DataSpecs;
using Cluster.Evaluation.Inputs;
using Cluster.Evaluation.SingleSteps.Quantize;
using Cluster.Evaluation.SingleSteps.Weights;
using Cluster.Kernels.Data;
using Cluster.Kernels.Evaluation;
using Cluster.Kernels.Execution;
using Cluster.Kernels.Weights;

namespace Cluster.Reproductions.Pytorch;

/// <summary>
/// The ways of quantizing that the text tells apart (weights only, static, dynamic, mixed) on one network, and its analysis of
/// errors: MSE and MAE of the outputs. The text has no figures of its own.
/// </summary>
/// <param name="Model">The FP32 network, with a product by a constant.</param>
/// <param name="Calibration">Data spec of the calibration images.</param>
/// <param name="Evaluation">Data spec of labelled images.</param>
/// <param name="Folder">Where the files are written; what is there is replaced.</param>
public sealed record PytorchReproduction(string Model, string Calibration, string Evaluation, string Folder)
{
    private const int Batch = 32;

    /// <summary>Does it all.</summary>
    /// <param name="say">Told each step.</param>
    /// <exception cref="Kernels.KernelException">Model or images cannot be used.</exception>
    public async Task<PytorchFigures> RunAsync(Action<string> say, CancellationToken cancellation)
    {
        long began = Stopwatch.GetTimestamp();
        Directory.CreateDirectory(Folder);
        var network = NetworkFile.Open(Model);
        var preprocess = Preprocess.LoadFor(Model);
        var images = new ImageBatches(
            DataSource
                .OpenSamples(Evaluation, DataAccess.Anywhere, geometry: preprocess.Geometry)
                .For(network.Grouped.Inputs, preprocess),
            preprocess,
            Batch);
        images.Images.RequireClasses(network.Classes);
        float[] Logits(byte[] file) =>
            RuntimeEvaluator.Logits(file, images, network.Classes, Environment.ProcessorCount, cancellation);
        float[] reference = await Task.Run(() => Logits(network.Float32Model), cancellation);
        PytorchWay Way(string name, long bytes, float[] logits) => new(
            name,
            bytes,
            RuntimeEvaluator.Score(logits, network.Classes, images, null).Correct,
            reference.Zip(logits, (a, b) => ((double)a - b) * ((double)a - b)).Average(),
            reference.Zip(logits, (a, b) => Math.Abs((double)a - b)).Average());
        var ways = new List<PytorchWay> { Way("FP32", network.Bytes.LongLength, reference) };
        async Task AddAsync(string name, Task<QuantizeOutput> making)
        {
            byte[] file = await File.ReadAllBytesAsync((await making).Path, cancellation);
            ways.Add(Way(name, file.LongLength, await Task.Run(() => Logits(file), cancellation)));
        }

        await AddAsync("weights only, 8 bits", WeightsAsync("weights8.onnx", 8, ActivationRounding.None, say, cancellation));
        await AddAsync("weights only, 4 bits", WeightsAsync("weights4.onnx", 4, ActivationRounding.None, say, cancellation));
        await AddAsync(
            "dynamic: activations in each run", WeightsAsync("dynamic.onnx", 8, ActivationRounding.Int8, say, cancellation));
        await AddAsync("static", StaticAsync("static.onnx", [], say, cancellation));
        string first = network.Grouped.Groups.First(group => group.CanQuantize).Name;
        await AddAsync($"static, {first} in FP32", StaticAsync("mixed.onnx", [first], say, cancellation));
        return new PytorchFigures(ways, images.Images.Count, Stopwatch.GetElapsedTime(began).TotalSeconds);
    }

    private async Task<QuantizeOutput> WeightsAsync(
        string name, int bits, ActivationRounding activations, Action<string> say, CancellationToken cancellation)
    {
        var request = new WeightsRequest
        {
            Model = Model,
            Output = Path.Combine(Folder, name),
            Bits = bits,
            Block = 32,
            Rounding = WeightRounding.Nearest,
            Activations = activations,
            Force = true,
        };
        return (await new WeightsWork(request, say).RunAsync(cancellation)).Output;
    }

    private async Task<QuantizeOutput> StaticAsync(
        string name, IReadOnlyList<string> kept, Action<string> say, CancellationToken cancellation)
    {
        var request = new QuantizeRequest
        {
            Model = Model,
            Output = Path.Combine(Folder, name),
            Method = "mse",
            KeepFloat32 = kept,
            Data = Calibration,
            Force = true,
        };
        return (await new QuantizeWork(request, say).RunAsync(cancellation)).Output;
    }
}
