using System.Globalization;
using Cluster.Evaluation.Inputs;
using Cluster.Glyphs.Untrained;
using Cluster.Kernels.Data;
using Cluster.Kernels.Execution;
using Cluster.Kernels.Graphs;
using Cluster.Kernels.Runtimes;
using Cluster.Kernels.Runtimes.Timing;
using Cluster.Storage.Locks;

namespace Cluster.Bench.Jobs;

/// <summary>One network whose hardswish is one node or two, in FP32 and with all groups in INT8: four files timed in turn.</summary>
internal static class HardSwishForms
{
    private const int Batch = 8;
    private const int Images = 32;

    /// <summary>HardSwish first, then HardSigmoid and Mul.</summary>
    public static IReadOnlyList<string> Names { get; } = ["mobilenetv3-hardswish", "mobilenetv3-hardsigmoid-mul"];

    public static ModelGraph Graph(string name, Fan fan, int side, int seed) =>
        MobileNetV3.ToGraph(seed, fan, side, name == Names[0] ? Activation.HardSwish : Activation.GatedHardSwish);

    public static async Task WriteAsync(string folder, int side, int seed, CancellationToken cancellation)
    {
        var networks = Names.Select(name =>
        {
            var sample = UntrainedSample.Write(Path.Combine(folder, $"forms-{name}"), Graph(name, Fan.In, side, seed), Images, seed);
            var network = NetworkFile.Open(sample.Model);
            var images = new ImageBatches(DataSource.Open(sample.Images), Preprocess.LoadFor(sample.Model), Batch);
            return (Network: network, Images: images, Int8: IntegerFile.Make(network, images, Environment.ProcessorCount, cancellation));
        }).ToArray();
        var options = new OrtSessionOptions { Threads = 1 };
        using var hold = await new MachineLock().ExclusiveAsync(cancellation);
        List<OrtSession> sessions = [];
        try
        {
            foreach (var (network, _, int8) in networks)
            {
                sessions.Add(OrtSession.Open(await File.ReadAllBytesAsync(network.Path, cancellation), options));
                sessions.Add(OrtSession.Open(int8, options));
            }

            var measured = LatencyMeter.Measure(sessions, networks[0].Images.Repeated(Batch), new LatencyOptions(), cancellation);
            Console.WriteLine();
            Console.WriteLine("| form | FP32 as exported, ms (IQR) | all groups in INT8, ms (IQR) | × |");
            Console.WriteLine("|---|---|---|---|");
            for (int i = 0; i < Names.Count; i++)
            {
                var (float32, int8) = (measured[2 * i].Summary, measured[(2 * i) + 1].Summary);
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {Names[i]} | {float32.MedianMs:G4} ({float32.IqrMs:G2}) | {int8.MedianMs:G4} ({int8.IqrMs:G2}) | "
                    + $"{float32.MedianMs / int8.MedianMs:f3} |"));
            }
        }
        finally
        {
            sessions.ForEach(session => session.Dispose());
        }
    }
}
