using System.CommandLine;
using System.Globalization;
using Cluster.Data;
using Cluster.Data.Sources;
using Cluster.DataSpecs;
using Cluster.DataSpecs.Models;
using Cluster.Evaluation.Inputs;
using Cluster.Kernels.Evaluation;
using Cluster.Kernels.Execution;
using Cluster.Networks;
using Cluster.Networks.Graphs.Onnx;
using Cluster.Networks.Preprocessing;
using Cluster.Networks.Runtimes;
using Cluster.Networks.Runtimes.Timing;
using Cluster.Storage.Locks;

namespace Cluster.Bench.Forms;

/// <summary>
/// `bench files`: a network and files that were made of it, whether they take its floats or pixels: how many labelled images each gets
/// right, and what a run takes, interleaved in one process.
/// </summary>
internal static class FilesCommand
{
    public static Command Create()
    {
        var model = new Argument<string>("NETWORK") { Description = "the FP32 ONNX file, with its preprocess.json beside it" };
        var files = new Argument<string[]>("FILE") { Description = "files that were made of it" };
        var data = new Option<string>("--eval") { Required = true, Description = "labelled images, a data spec" };
        var batch = new Option<int>("--batch") { DefaultValueFactory = _ => 8, Description = "images a run" };
        var seconds = new Option<double>("--seconds") { DefaultValueFactory = _ => 20, Description = "of timing" };
        var command = new Command("files", "Files of one network in turn, on its images.") { model, files, data, batch, seconds };
        command.SetAction(async (parsed, cancellation) =>
        {
            string path = parsed.GetRequiredValue(model);
            var network = NetworkFile.Open(path);
            var preprocess = Preprocess.LoadFor(path);
            var images = new ImageBatches(
                DataSource.OpenSamples(parsed.GetRequiredValue(data), DataAccess.Anywhere, preprocess: preprocess)
                    .For(network.Grouped.Graph.SampleInputs, preprocess),
                preprocess,
                SweepSubject.Batch);
            ModelFile[] all = [network.Float32Model, .. parsed.GetRequiredValue(files).Select(file => OnnxReader.ReadFile(file))];
            int[] right =
            [
                .. all.Select(file => RuntimeEvaluator.Score(
                    RuntimeEvaluator.Logits(file, images, network.Classes, Environment.ProcessorCount, cancellation),
                    network.Classes,
                    images,
                    reference: null).Correct),
            ];
            using var hold = await new MachineLock().ExclusiveAsync(cancellation);
            var sessions = all.Select(file => OrtSession.Open(file, new OrtSessionOptions { Threads = 1 })).ToList();
            var options = new LatencyOptions { Rounds = 10000, TimeCap = TimeSpan.FromSeconds(parsed.GetValue(seconds)) };
            double[] times =
            [
                .. SessionTimes.Measure(sessions, images.Repeated(parsed.GetValue(batch)), options, cancellation)
                    .Select(time => time.Summary.MedianMs),
            ];
            sessions.ForEach(session => session.Dispose());
            Console.WriteLine($"onnxruntime {OrtRuntime.Version}, {MachineDescription.Summary()}, one thread, medians");
            Console.WriteLine("| file | right | ms | FP32 over it | first file over it |");
            Console.WriteLine("|---|---|---|---|---|");
            foreach (var (at, name) in parsed.GetRequiredValue(files).Prepend(path).Index())
            {
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {Path.GetFileName(Path.GetDirectoryName(name))}/{Path.GetFileName(name)} | {right[at]} of {images.Images.Count} "
                    + $"| {times[at]:G4} | {times[0] / times[at]:F2} | {times[1] / times[at]:F2} |"));
            }
        });
        return command;
    }
}
