using System.CommandLine;
using System.Globalization;
using Cluster.Data;
using Cluster.Data.Arrays;
using Cluster.Data.Sources;
using Cluster.DataSpecs;
using Cluster.Evaluation.Inputs;
using Cluster.Kernels.Execution;
using Cluster.Networks;
using Cluster.Networks.Graphs;
using Cluster.Networks.Graphs.Onnx;
using Cluster.Networks.Runtimes;
using Cluster.Networks.Runtimes.Timing;
using Cluster.Storage.Locks;

namespace Cluster.Bench.Attention;

/// <summary>
/// `bench attention`: an attention in FP32, with its layers in INT8, and with its products too; three files timed in turn.
/// </summary>
internal static class AttentionCommand
{
    private const int Sequences = 16;
    private const int CalibrationBatch = 4;

    public static Command Create()
    {
        var seconds = new Option<double>("--seconds") { DefaultValueFactory = _ => 6, Description = "most time for each shape" };
        var command = new Command("attention", "Products of two activations in INT8, by tokens and heads, beside float ones.") { seconds };
        command.SetAction(async (parsed, cancellation) =>
        {
            using var hold = await new MachineLock().ExclusiveAsync(cancellation);
            Console.WriteLine($"onnxruntime {OrtRuntime.Version}, {MachineDescription.Summary()}, one thread, medians in ms (IQR)");
            Console.WriteLine("| tokens | heads | batch | queries, keys, values | FP32 | layers in INT8 | products too | × |");
            Console.WriteLine("|---|---|---|---|---|---|---|---|");
            foreach (var block in AttentionBlock.All)
            {
                Console.WriteLine(Row(block, TimeSpan.FromSeconds(parsed.GetValue(seconds)), cancellation));
            }
        });
        return command;
    }

    private static string Row(AttentionBlock block, TimeSpan cap, CancellationToken cancellation)
    {
        string folder = Directory.CreateTempSubdirectory("cluster-attention-").FullName;
        try
        {
            var (network, samples) = Open(block, folder);
            var int8 = IntegerFile.Make(
                network, samples, [index => network.Grouped.Groups[index].HasWeights, _ => true], 1, cancellation);
            using var float32 = OrtSession.Open(network.Float32Model, new OrtSessionOptions { Threads = 1 });
            using var layers = OrtSession.Open(int8[0], new OrtSessionOptions { Threads = 1 });
            using var all = OrtSession.Open(int8[1], new OrtSessionOptions { Threads = 1 });
            var times = SessionTimes.Measure(
                [float32, layers, all],
                samples.Repeated(block.Batch),
                new LatencyOptions { Rounds = 400, TimeCap = cap },
                cancellation);
            return string.Create(
                CultureInfo.InvariantCulture,
                $"| {block.Tokens} | {block.Heads} x {block.Width} | {block.Batch} | {(block.IsFused ? "one layer" : "three layers")} | "
                + $"{SessionTimes.Cells(times)} | {times[1].Summary.MedianMs / times[2].Summary.MedianMs:F2} |");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static (NetworkFile Network, ImageBatches Samples) Open(AttentionBlock block, string folder)
    {
        string model = Path.Combine(folder, "attention.onnx");
        string data = Path.Combine(folder, "sequences.npz");
        File.WriteAllBytes(model, OnnxWriter.Write(block.ToGraph()).Message);
        var random = new Random(3);
        float[] numbers = [.. Enumerable.Range(0, (int)(Sequences * block.Tokens * block.Model))
            .Select(_ => (float)((random.NextDouble() * 4) - 2))];
        NpzWriter.Write(data, ("x", TensorData.FromFloats([Sequences, block.Tokens, block.Model], numbers)));
        var network = NetworkFile.Open(model);
        var samples = DataSource.OpenSamples($"npz:{data}").For(network.Grouped.Inputs, null);
        return (network, new ImageBatches(samples, null, CalibrationBatch));
    }
}
