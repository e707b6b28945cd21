using System.CommandLine;
using System.Globalization;
using Cluster.Data;
using Cluster.Data.Sources;
using Cluster.DataSpecs.Models;
using Cluster.Evaluation.Inputs;
using Cluster.Evaluation.Measuring;
using Cluster.Export;
using Cluster.Kernels.Evaluation;
using Cluster.Kernels.Execution;
using Cluster.Kernels.Tensors;
using Cluster.Networks;
using Cluster.Networks.Graphs.Onnx;
using Cluster.Networks.Preprocessing;
using Cluster.Networks.Runtimes;
using Cluster.Networks.Runtimes.Timing;
using Cluster.Storage.Locks;

namespace Cluster.Bench;

/// <summary>
/// `bench latency`: FP32 and all groups in INT8 (MSE ranges, corrected biases) in each form of weights, interleaved, one thread, one image
/// a run and thirty-two, and how many images each answers rightly.
/// </summary>
internal static class LatencyCommand
{
    private static readonly int[] BatchSizes = [1, 32];

    public static Command Create()
    {
        var data = new Option<string>("--shared")
        {
            DefaultValueFactory = _ => "../shared/data",
            Description = "folder of the shared data"
        };
        var rounds = new Option<int>("--rounds")
        {
            DefaultValueFactory = _ => 200,
            Description = "timed runs of each, at least; few suffice for the slow ones"
        };
        var only = new Option<string?>("--only") { Description = "part of a network's name" };
        var command = new Command("latency", "FP32 against all groups in INT8 in ONNX Runtime, every network of the shared data.")
        {
            data, rounds, only
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            using var hold = await new MachineLock().ExclusiveAsync(cancellation);
            Console.WriteLine($"onnxruntime {OrtRuntime.Version}, {MachineDescription.Summary()}, one thread, medians in ms (IQR)");
            Console.WriteLine("| net | weights | right | KL, nats | exact on | b1 | × | b32 | × |");
            Console.WriteLine("|---|---|---|---|---|---|---|---|---|");
            foreach (var subject in LatencySubject.All.Where(
                subject => subject.Name.Contains(parsed.GetValue(only) ?? "", StringComparison.Ordinal)))
            {
                foreach (var cells in Measure(subject, parsed.GetRequiredValue(data), parsed.GetValue(rounds), cancellation))
                {
                    Console.WriteLine($"| {subject.Name} | {string.Join(" | ", cells)} |");
                }
            }
        });
        return command;
    }

    private static IEnumerable<List<string>> Measure(LatencySubject subject, string data, int rounds, CancellationToken cancellation)
    {
        TorchSettings.Threads = 1;
        var network = NetworkFile.Open(Path.Combine(data, "models", subject.Model));
        var images = Images(network, subject.Calibration, data);
        var evaluation = Images(network, subject.Evaluation, data);
        ModelFile[] files =
        [
            network.Float32Model,
            .. IntegerFile.Make(network, images, IntegerForm.All, Environment.ProcessorCount, cancellation),
        ];
        string[] names = ["FP32", .. IntegerForm.All.Select(form => form.Name)];
        float[][] logits =
        [
            .. files.Select(file =>
                RuntimeEvaluator.Logits(file, evaluation, network.Classes, Environment.ProcessorCount, cancellation)),
        ];
        List<List<string>> rows = [.. files.Select((file, i) =>
        {
            var score = RuntimeEvaluator.Score(logits[i], network.Classes, evaluation, logits[0]);
            return new List<string>
            {
                names[i], $"{score.Correct} of {score.Total}", score.Kl.ToString("G3", CultureInfo.InvariantCulture), ExactOn(file),
            };
        })];
        var sessions = files.Select(file => OrtSession.Open(file, new OrtSessionOptions { Threads = 1 })).ToList();
        foreach (int batch in BatchSizes)
        {
            var options = new LatencyOptions { Rounds = rounds, TimeCap = TimeSpan.FromSeconds(60) };
            var measured = SessionTimes.Measure(sessions, images.Repeated(batch), options, cancellation);
            foreach (var (row, one) in rows.Zip(measured))
            {
                row.Add(string.Create(CultureInfo.InvariantCulture, $"{one.Summary.MedianMs:G4} ({one.Summary.IqrMs:G2})"));
                row.Add((measured[0].Summary.MedianMs / one.Summary.MedianMs).ToString("F2", CultureInfo.InvariantCulture));
            }
        }

        sessions.ForEach(session => session.Dispose());
        return rows;
    }

    private static ImageBatches Images(NetworkFile network, string spec, string data) => new(
        DataSource.Open(spec.Replace("{data}", data, StringComparison.Ordinal)),
        Preprocess.LoadFor(network.Path),
        SweepSubject.Batch);

    private static string ExactOn(ModelFile file) => ProcessorTable.StatedIn(OnnxReader.Read(file, "file")) ?? "";
}
