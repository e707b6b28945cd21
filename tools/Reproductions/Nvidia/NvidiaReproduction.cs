using System.Diagnostics;
using Cluster.Coordinator.Model.Options;
using Cluster.Coordinator.Statistics;
using Cluster.Evaluation.Inputs;
using Cluster.Evaluation.SingleSteps.FineTune;
using Cluster.Evaluation.SingleSteps.Quantize;
using Cluster.Evaluation.SingleSteps.Reparameterize;
using Cluster.Evaluation.SingleSteps.Sensitivity;
using Cluster.Glyphs;
using Cluster.Glyphs.Training;
using Cluster.Kernels.Calibration;
using Cluster.Kernels.Data;
using Cluster.Kernels.Evaluation;
using Cluster.Kernels.Execution;
using Cluster.Kernels.Graphs.Onnx;
using Cluster.Kernels.Learning.FineTuning;

namespace Cluster.Reproductions.Nvidia;

/// <summary>
/// NVIDIA's choice between PTQ, partial PTQ and QAT, on a RepVGG of our own training and generated images: symmetric ranges of each
/// tensor and TensorRT's placement beside the file for ONNX Runtime, no correction of biases.
/// </summary>
/// <param name="Folder">Where everything is written; what is there is replaced.</param>
/// <param name="Steps">Batches of the training in FP32.</param>
/// <param name="MostKept">Groups left in FP32 in the last partial PTQ.</param>
/// <param name="Seed">Of images, weights and orders.</param>
public sealed record NvidiaReproduction(string Folder, int Steps, int MostKept, long Seed)
{
    // The plain calibrator, whose loss the later steps repair, and TensorRT's usual one.
    private const string Plain = "max";
    private const string Entropy = "kl";

    // The text's tenth of the training, in three passes.
    private const int TunedShare = 10;
    private const int TunedEpochs = 3;

    private const int Batch = 100;

    private readonly NvidiaFolder _files = new(Folder);

    /// <summary>Does it all.</summary>
    /// <param name="sweep">Shows the sweep over layers.</param>
    /// <param name="training">Shows the training in INT8.</param>
    /// <param name="talk">Gets lines of the training in FP32.</param>
    /// <param name="say">Told each step.</param>
    /// <exception cref="Kernels.KernelException">ONNX Runtime is missing.</exception>
    public async Task<NvidiaFigures> RunAsync(
        SensitivityProgress sweep, IFineTuneView training, TextWriter talk, Action<string> say, CancellationToken cancellation)
    {
        long began = Stopwatch.GetTimestamp();
        Directory.CreateDirectory(Folder);
        _files.WriteImages(Seed, Math.Max(GlyphTraining.Batch, Steps * GlyphTraining.Batch / TunedShare / TunedEpochs));
        say("training a RepVGG in FP32");
        await Task.Run(() => GlyphTrainer.Train(_files.Trained, GlyphKind.RepVgg, Seed, Steps, talk, cancellation), cancellation);
        var merged = await Task.Run(new ReparameterizeWork(new(_files.Trained, _files.Deployed, Force: true), say).Run, cancellation);

        var rungs = new List<NvidiaRung>();
        async Task<QuantizeReport> AddAsync(string name, QuantizeRequest request, params string[] kept)
        {
            say(name);
            var report = await new QuantizeWork(request, say).RunAsync(cancellation);
            rungs.Add(new NvidiaRung(name, kept, report.Accuracy!, TensorRtCorrect(request.Output, cancellation)));
            return report;
        }

        await AddAsync("PTQ max, branches as trained", Request("branches", Plain) with { Model = _files.Trained });
        var plain = await AddAsync("PTQ max", Request(Plain, Plain));
        await AddAsync("PTQ entropy", Request(Entropy, Entropy));
        say("each layer alone in INT8");
        var sensitivity = await new SensitivityWork(
            new(
                new LocalInputs { Model = _files.Deployed, Calibration = _files.Calibration, Evaluation = _files.Evaluation },
                Plain,
                int.MaxValue,
                Seed),
            sweep).RunAsync(cancellation);
        string[] ranked = [.. sensitivity.Groups.Select(group => group.Group)];
        for (int kept = 1; kept <= Math.Min(MostKept, ranked.Length - 1); kept++)
        {
            await AddAsync(
                $"partial PTQ max, {kept} in FP32",
                Request($"partial{kept}", Plain) with { KeepFloat32 = ranked[..kept] },
                ranked[..kept]);
        }

        say("QAT from the ranges of PTQ max");
        rungs.Add(await TuneAsync(plain, training, say, cancellation));
        var cache = ReadCache();
        string repeated = Request("cached", Entropy).Output;
        await new QuantizeWork(
            Request("cached", Entropy) with { CalibrationCache = _files.TensorRt(Plain, "cache") }, say).RunAsync(cancellation);
        return new NvidiaFigures(
            merged.Blocks,
            merged.Difference!.Value,
            plain.Float32!.Accuracy!,
            rungs,
            NvidiaModules.Of(OnnxReader.Read(_files.TensorRt(Plain, "onnx"))),
            cache.Count,
            IsSame(TensorRtOf(repeated), _files.TensorRt(Plain, "onnx")),
            Stopwatch.GetElapsedTime(began).TotalSeconds);
    }

    private async Task<NvidiaRung> TuneAsync(
        QuantizeReport plain, IFineTuneView view, Action<string> say, CancellationToken cancellation)
    {
        const string Name = "QAT";
        string output = _files.Quantized("qat");
        var tuned = await new FineTuneWork(
            new FineTuneRequest
            {
                Model = _files.Deployed,
                Plan = plain.Plan,
                Calibration = plain.Calibration,
                Training = _files.Training,
                Evaluation = _files.Evaluation,
                Threads = Environment.ProcessorCount,
                Output = output,
                Options = new FineTuneOptions { Epochs = TunedEpochs, Seed = Seed },
                Keep = FineTuneKeep.Best,
                Force = true,
            },
            view,
            say).RunAsync(cancellation);
        if (!tuned.Kept)
        {
            return new NvidiaRung(Name, [], tuned.After, null);
        }

        // The plan says all that the trained file is made of.
        var request = Request("qat.again", null) with
        {
            Plan = tuned.Plan,
            Calibration = tuned.Calibration,
            Data = null,
            BiasCorrection = true,
        };
        var report = await new QuantizeWork(request, say).RunAsync(cancellation);
        return new NvidiaRung(Name, [], report.Accuracy!, TensorRtCorrect(request.Output, cancellation));
    }

    private QuantizeRequest Request(string name, string? method) => new()
    {
        Model = _files.Deployed,
        Output = _files.Quantized(name),
        Method = method,
        BiasCorrection = false,
        Data = _files.Calibration,
        Evaluation = _files.Evaluation,
        AlsoExport = ExtraExport.Tensorrt,
        Batch = 1,
        Threads = 1,
        Seed = Seed,
        Force = true,
    };

    private int? TensorRtCorrect(string output, CancellationToken cancellation)
    {
        string file = TensorRtOf(output);
        if (!File.Exists(file))
        {
            return null;
        }

        var images = new ImageBatches(DataSource.Open(_files.Evaluation), Preprocess.LoadFor(_files.Deployed), Batch);
        float[] logits = RuntimeEvaluator.Logits(
            File.ReadAllBytes(file), images, GlyphGenerator.Classes, Environment.ProcessorCount, cancellation);
        return RuntimeEvaluator.Score(logits, GlyphGenerator.Classes, images, null).Correct;
    }

    private IReadOnlyDictionary<string, float> ReadCache()
    {
        string path = _files.TensorRt(Plain, "cache");
        using var text = File.OpenText(path);
        return CalibrationCacheReader.Read(text, path);
    }

    private static bool IsSame(string one, string other) => File.ReadAllBytes(one).AsSpan().SequenceEqual(File.ReadAllBytes(other));

    private static string TensorRtOf(string output) => Path.ChangeExtension(output, ".tensorrt.onnx");
}
