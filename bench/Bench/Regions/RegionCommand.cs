using System.CommandLine;
using System.Globalization;
using Cluster.Evaluation.Inputs;
using Cluster.Glyphs;
using Cluster.Kernels.Execution;
using Cluster.Networks;
using Cluster.Networks.Graphs;
using Cluster.Networks.Graphs.Groups;
using Cluster.Networks.Graphs.Onnx;
using Cluster.Networks.Runtimes;
using Cluster.Networks.Runtimes.Timing;
using Cluster.Storage.Locks;

namespace Cluster.Bench.Regions;

/// <summary>`bench region`: networks that the interpreter gives to ONNX Runtime whole, beside ONNX Runtime alone, in turn.</summary>
internal static class RegionCommand
{
    private const int Opset = 17;

    private static readonly (string Name, long[] Input, Action<GraphWriter> Nodes)[] Networks =
    [
        ("LSTM with its cell state, 64 steps of 256", [64, 4, 256], net =>
        {
            _ = (net.Normal("w", [1, 1024, 256], 256), net.Normal("r", [1, 1024, 256], 256));
            net.Nodes(
                "LSTM", ["x", "w", "r"], "lstm", ["", "hidden", "cell"], ("hidden_size", AttributeValue.Of(256L)));
            net.Node("Add", ["hidden", "cell"], "y");
        }),
        ("GridSample of 32 channels, 128 x 128", [1, 32, 128, 128], net =>
        {
            float[] places = new float[128 * 128 * 2];
            for (int i = 0; i < places.Length; i++)
            {
                places[i] = MathF.Sin(i);
            }

            net.Node("GridSample", ["x", net.Table("grid", [1, 128, 128, 2], places)], "y");
        }),
        ("LpPool of 64 channels, 64 x 64", [1, 64, 64, 64], net => net.Node(
            "LpPool", ["x"], "y", ("kernel_shape", AttributeValue.Of([3L, 3])), ("pads", AttributeValue.Of([1L, 1, 1, 1])))),
    ];

    public static Command Create()
    {
        var seconds = new Option<double>("--seconds") { DefaultValueFactory = _ => 6, Description = "most time for each network" };
        var command = new Command("region", "Networks that the interpreter gives to ONNX Runtime, beside ONNX Runtime alone.") { seconds };
        command.SetAction(async (parsed, cancellation) =>
        {
            using var hold = await new MachineLock().ExclusiveAsync(cancellation);
            Console.WriteLine($"onnxruntime {OrtRuntime.Version}, {MachineDescription.Summary()}, one thread, medians in ms (IQR)");
            Console.WriteLine("| network | alone | as a region | × |");
            Console.WriteLine("|---|---|---|---|");
            foreach (var (name, input, nodes) in Networks)
            {
                var net = new GraphWriter("region", Opset, 3);
                nodes(net);
                var graph = net.Build(
                    new ValueInfo("x", ElementType.Float, input), new ValueInfo("y", ElementType.Float, []) { ShapeKnown = false });
                var options = new LatencyOptions { Rounds = 400, TimeCap = TimeSpan.FromSeconds(parsed.GetValue(seconds)) };
                Console.WriteLine($"| {name} | {Times(graph, input, options, cancellation)} |");
            }
        });
        return command;
    }

    private static string Times(ModelGraph graph, long[] input, LatencyOptions options, CancellationToken cancellation)
    {
        using var alone = OrtSession.Open(OnnxWriter.Write(graph), new OrtSessionOptions { Threads = 1 });
        using var network = new FloatNetwork(GroupFinder.Find(graph));
        var random = new Random(3);
        float[] numbers = [.. Enumerable.Range(0, (int)input.Aggregate(1L, (count, size) => count * size))
            .Select(_ => (float)((random.NextDouble() * 4) - 2))];
        TensorData[] given = [TensorData.FromFloats(input, numbers)];
        var times = LatencyMeter.Measure(
            [() => alone.Run(given, ["y"]), () => network.Run(given)], options, TimeProvider.System, cancellation);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{SessionTimes.Cells(times)} | {times[1].Summary.MedianMs / times[0].Summary.MedianMs:F3}");
    }
}
