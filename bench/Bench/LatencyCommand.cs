using System.CommandLine;
using System.Globalization;
using Cluster.Evaluation.Inputs;
using Cluster.Evaluation.Measuring;
using Cluster.Kernels.Data;
using Cluster.Kernels.Execution;
using Cluster.Kernels.Runtimes;
using Cluster.Kernels.Runtimes.Timing;
using Cluster.Kernels.Tensors;
using Cluster.Storage.Locks;

namespace Cluster.Bench;

/// <summary>
/// `bench latency`: FP32 and all groups in INT8 (MSE ranges, corrected biases), interleaved, one thread, one image a
/// run and thirty-two.
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
            Console.WriteLine("| net | b1 FP32 | b1 INT8 | × | b32 FP32 | b32 INT8 | × |");
            Console.WriteLine("|---|---|---|---|---|---|---|");
            foreach (var subject in LatencySubject.All.Where(
                subject => subject.Name.Contains(parsed.GetValue(only) ?? "", StringComparison.Ordinal)))
            {
                var cells = Measure(subject, parsed.GetRequiredValue(data), parsed.GetValue(rounds), cancellation);
                Console.WriteLine($"| {subject.Name} | {string.Join(" | ", cells)} |");
            }
        });
        return command;
    }

    private static List<string> Measure(LatencySubject subject, string data, int rounds, CancellationToken cancellation)
    {
        TorchSettings.Threads = 1;
        var network = NetworkFile.Open(Path.Combine(data, "models", subject.Model));
        var spec = DataSource.Parse(subject.Calibration.Replace("{data}", data, StringComparison.Ordinal));
        var images = new ImageBatches(DataSource.Open(spec), Preprocess.LoadFor(network.Path), SweepSubject.Batch);
        byte[] int8 = IntegerFile.Make(network, images, Environment.ProcessorCount, cancellation);
        using var float32Session = OrtSession.Open(network.Float32Model, new OrtSessionOptions { Threads = 1 });
        using var int8Session = OrtSession.Open(int8, new OrtSessionOptions { Threads = 1 });
        List<string> cells = [];
        foreach (int batch in BatchSizes)
        {
            var options = new LatencyOptions { Rounds = rounds, TimeCap = TimeSpan.FromSeconds(30) };
            var measured = LatencyMeter.Measure(
                [float32Session, int8Session],
                images.Repeated(batch),
                options,
                cancellation);
            cells.AddRange(
                measured.Select(one => string.Create(CultureInfo.InvariantCulture, $"{one.Summary.MedianMs:G4} ({one.Summary.IqrMs:G2})")));
            cells.Add((measured[0].Summary.MedianMs / measured[1].Summary.MedianMs).ToString("F2", CultureInfo.InvariantCulture));
        }

        return cells;
    }
}
