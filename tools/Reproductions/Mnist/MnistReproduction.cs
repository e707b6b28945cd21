using System.Diagnostics;
using Cluster.Coordinator.Model;
using Cluster.Coordinator.Model.Options;
using Cluster.Data;
using Cluster.DataSpecs;
using Cluster.Evaluation.Inputs;
using Cluster.Networks.Preprocessing;
using Cluster.Reproductions.Integer;
using Cluster.Storage.Files;

namespace Cluster.Reproductions.Mnist;

/// <summary>
/// "MNIST quantized from scratch": a small network is trained, quantized to 8 bits, run without any float between layers,
/// and trained for 4 bits.
/// </summary>
/// <param name="Data">The text's data.</param>
/// <param name="Folder">Where the networks are written; what is there is replaced.</param>
/// <param name="Epochs">Of the training in FP32.</param>
/// <param name="TunedEpochs">Of the training for 4 bits.</param>
/// <param name="Seed">Of weights and orders.</param>
public sealed record MnistReproduction(MnistData Data, string Folder, int Epochs, int TunedEpochs, long Seed)
{
    // The text takes the ranges of 1000 images.
    private const int CalibrationImages = 1000;
    private const int ComparedImages = 1000;

    private string Model => Path.Combine(Folder, "mnist.onnx");

    /// <summary>Does it all.</summary>
    /// <param name="say">Told each step.</param>
    /// <exception cref="Networks.KernelException">The data cannot be read, or ONNX Runtime is missing.</exception>
    public async Task<MnistFigures> RunAsync(Action<string> say, CancellationToken cancellation)
    {
        long began = Stopwatch.GetTimestamp();
        Directory.CreateDirectory(Folder);
        var images = DataSource.Open(Data.Training);
        images.RequireClasses(MnistNetwork.Classes);
        say($"training in FP32 on {images.Count} images");
        var trained = await Task.Run(() => MnistTraining.Train(images, Epochs, Seed, say, cancellation), cancellation);
        AtomicFile.Write(PreprocessPlace.Beside(Model), MnistData.Preprocess.ToJson());
        AtomicFile.Write(Model, OnnxWriter.Write(trained).Message);

        say("quantizing to 8 bits");
        var bytes = await QuantizeAsync("mnist.int8.onnx", 8, "max", say, cancellation);
        var file = OnnxReader.Read(bytes.Output.Path);
        var network = IntegerReader.Read(file);
        var test = new ImageBatches(DataSource.Open(Data.Test), MnistData.Preprocess, 50);
        say("running it in whole numbers");
        int integer = await Task.Run(() => MnistCodes.Correct(network, test, cancellation), cancellation);
        var codes = await Task.Run(() => MnistCodes.Compare(file, network, test.Take(ComparedImages), cancellation), cancellation);

        say("quantizing to 4 bits");
        var nibbles = await QuantizeAsync("mnist.int4.onnx", 4, "mse", say, cancellation);
        var training = Request(
            "mnist.int4.tuned.onnx",
            calibration: null,
            new JobOptions { Epochs = TunedEpochs, Seed = Seed, Form = LayerForm.Plain });
        var tuned = await new QuantizeWork(
            training with { Inputs = training.Inputs with { Training = Data.Training } },
            new GivenPlan { Plan = nibbles.Plan, Calibration = nibbles.Calibration },
            say).RunAsync(cancellation);
        return new MnistFigures(
            bytes.Float32!.Accuracy!,
            bytes.Accuracy!,
            integer,
            codes,
            nibbles.Accuracy!,
            tuned.FineTune!.After,
            Stopwatch.GetElapsedTime(began).TotalSeconds);
    }

    private Task<QuantizeReport> QuantizeAsync(
        string name, int bits, string method, Action<string> say, CancellationToken cancellation) =>
        new QuantizeWork(
            Request(
                name,
                $"{Data.Training}@0..{Math.Min(CalibrationImages, DataSource.Open(Data.Training).Count)}",
                new JobOptions { Batch = 1, Form = LayerForm.Plain }),
            new GivenPlan { Method = method, BiasCorrection = false, WeightBits = bits, ActivationBits = bits, FirstLastBits = bits },
            say).RunAsync(cancellation);

    private JobRequest Request(string name, string? calibration, JobOptions options) => new()
    {
        Inputs = new JobInputs { Model = Model, Calibration = calibration, Evaluation = Data.Test },
        Options = options,
        Output = Path.Combine(Folder, name),
        Fresh = true,
    };
}
