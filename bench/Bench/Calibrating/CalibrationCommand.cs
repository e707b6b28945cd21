using System.CommandLine;
using System.Globalization;
using Cluster.Bench.Spaces;
using Cluster.Data;
using Cluster.Data.Sources;
using Cluster.Evaluation.Inputs;
using Cluster.Kernels.Calibration;
using Cluster.Kernels.Execution;
using Cluster.Kernels.Tensors;
using Cluster.Networks.Preprocessing;
using Cluster.Storage.Locks;

namespace Cluster.Bench.Calibrating;

/// <summary>
/// `bench calibration`: a plain forward pass, and the pass that leaves the statistics of every calibrator with the ranges of all of them,
/// in turn on the same images and one thread. Times are the processor's, so that other work beside changes them little.
/// </summary>
internal static class CalibrationCommand
{
    private const int Batch = 32;

    public static Command Create()
    {
        var model = new Option<string>("--model") { Required = true, Description = "ONNX file" };
        var data = new Option<string>("--data") { Required = true, Description = "calibration images, a data SPEC" };
        var images = new Option<int>("--images") { DefaultValueFactory = _ => 256, Description = "how many of them" };
        var repeats = new Option<int>("--repeats") { DefaultValueFactory = _ => 5, Description = "turns of both" };
        var command = new Command("calibration", "Every calibrator's statistics and ranges beside a plain forward pass.")
        {
            model, data, images, repeats,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            using var hold = await new MachineLock().ExclusiveAsync(cancellation);
            TorchSettings.Threads = 1;
            string path = parsed.GetRequiredValue(model);
            using var network = new FloatNetwork(NetworkFile.Open(path).Grouped);
            var preprocess = Preprocess.LoadFor(path);
            var batches = new ImageBatches(DataSource.Open(parsed.GetRequiredValue(data)), preprocess, Batch).Take(parsed.GetValue(images));
            var times = new List<(double Plain, double Observed, double Ranges)>();
            for (int turn = 0; turn <= parsed.GetValue(repeats); turn++)
            {
                // The first turn warms up.
                var time = Turn(network, batches, cancellation);
                times.AddRange(turn == 0 ? [] : [time]);
            }

            Print(Path.GetFileName(path), batches.Images.Count, times);
            return 0;
        });
        return command;
    }

    private static (double Plain, double Observed, double Ranges) Turn(
        FloatNetwork network, ImageBatches batches, CancellationToken cancellation)
    {
        double began = ProcessorSeconds();
        for (int batch = 0; batch < batches.Count; batch++)
        {
            network.Run(batches.Inputs(batch));
        }

        double plain = ProcessorSeconds() - began;
        began = ProcessorSeconds();
        var statistics = CalibrationPass.Run(network, batches, 1, cancellation);
        double observed = ProcessorSeconds() - began;
        began = ProcessorSeconds();
        foreach (string tensor in statistics.Names)
        {
            foreach (var method in CalibrationMethod.All)
            {
                method.Range(statistics.Get(tensor), ActivationBounds.None);
            }
        }

        return (plain, observed, ProcessorSeconds() - began);
    }

    private static double ProcessorSeconds() => Environment.CpuUsage.TotalTime.TotalSeconds;

    private static void Print(string model, int images, List<(double Plain, double Observed, double Ranges)> times)
    {
        double plain = PlanTimes.Median(times.Select(time => time.Plain));
        double observed = PlanTimes.Median(times.Select(time => time.Observed));
        double ranges = PlanTimes.Median(times.Select(time => time.Ranges));
        double ratio = PlanTimes.Median(times.Select(time => (time.Observed + time.Ranges) / time.Plain));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{model}, {images} images, medians of {times.Count}: plain {plain:F3} s, with statistics {observed:F3} s, ranges of "
            + $"{CalibrationMethod.All.Count} calibrators {ranges:F3} s; together {ratio:F2} times a plain pass"));
    }
}
