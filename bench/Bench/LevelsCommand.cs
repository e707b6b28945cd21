using System.CommandLine;
using System.Globalization;
using Cluster.Data;
using Cluster.Data.Sources;
using Cluster.DataSpecs.Models;
using Cluster.Kernels.Execution;
using Cluster.Networks;
using Cluster.Networks.Preprocessing;
using Cluster.Networks.Runtimes;
using Cluster.Networks.Runtimes.Timing;
using Cluster.Storage.Locks;
using Microsoft.ML.OnnxRuntime;

namespace Cluster.Bench;

/// <summary>`bench levels`: a network and its quantized file at ONNX Runtime's optimization levels, interleaved, one image a run.</summary>
internal static class LevelsCommand
{
    private static readonly (string Name, GraphOptimizationLevel Level)[] Levels =
    [
        ("all", GraphOptimizationLevel.ORT_ENABLE_ALL),
        ("extended", GraphOptimizationLevel.ORT_ENABLE_EXTENDED),
        ("basic", GraphOptimizationLevel.ORT_ENABLE_BASIC),
    ];

    public static Command Create()
    {
        var model = new Option<string>("--model") { Required = true, Description = "the FP32 network" };
        var quantized = new Option<string>("--quantized") { Required = true, Description = "the file made of it" };
        var data = new Option<string>("--data") { Required = true, Description = "images, of which the first is run" };
        var rounds = new Option<int>("--rounds") { DefaultValueFactory = _ => 100, Description = "timed runs of each, at least" };
        var command = new Command("levels", "FP32 and INT8 at each optimization level of ONNX Runtime, in turn.")
        {
            model, quantized, data, rounds
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            using var hold = await new MachineLock().ExclusiveAsync(cancellation);
            string[] files = [parsed.GetRequiredValue(model), parsed.GetRequiredValue(quantized)];
            var images = new ImageBatches(DataSource.Open(parsed.GetRequiredValue(data)), Preprocess.LoadFor(files[0]), 1);
            var sessions = new List<OrtSession>();
            try
            {
                foreach (string file in files)
                {
                    sessions.AddRange(Levels.Select(level => OrtSession.Open(
                        ModelFile.Read(file), new OrtSessionOptions { Threads = 1, Optimize = level.Level })));
                }

                var options = new LatencyOptions { Rounds = parsed.GetValue(rounds), TimeCap = TimeSpan.FromSeconds(60) };
                var times = SessionTimes.Measure(sessions, images.Repeated(1), options, cancellation);
                Console.WriteLine($"onnxruntime {OrtRuntime.Version}, {MachineDescription.Summary()}, one thread, medians in ms (IQR)");
                Console.WriteLine("| level | FP32 | INT8 | FP32 / INT8 |");
                Console.WriteLine("|---|---|---|---|");
                foreach (var (index, level) in Levels.Index())
                {
                    var (float32, integer) = (times[index], times[index + Levels.Length]);
                    string ratio = (float32.Summary.MedianMs / integer.Summary.MedianMs).ToString("F2", CultureInfo.InvariantCulture);
                    Console.WriteLine($"| `{level.Name}` | {SessionTimes.Cells([float32, integer])} | {ratio} |");
                }
            }
            finally
            {
                sessions.ForEach(session => session.Dispose());
            }
        });
        return command;
    }
}
