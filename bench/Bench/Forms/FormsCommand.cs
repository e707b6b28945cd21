using System.CommandLine;
using System.Globalization;
using Cluster.Data;
using Cluster.Data.Sources;
using Cluster.DataSpecs;
using Cluster.DataSpecs.Models;
using Cluster.Evaluation.Inputs;
using Cluster.Export;
using Cluster.Export.Forms;
using Cluster.Export.Parity;
using Cluster.Kernels.Execution;
using Cluster.Kernels.Tensors;
using Cluster.Networks;
using Cluster.Networks.Graphs.Onnx;
using Cluster.Networks.Runtimes;
using Cluster.Networks.Runtimes.Timing;
using Cluster.Storage.Locks;

namespace Cluster.Bench.Forms;

/// <summary>
/// `bench forms`: networks with all groups in INT8, in plain and in fast forms, beside FP32 in both: how many outputs differ, and what
/// each takes, interleaved in one process.
/// </summary>
internal static class FormsCommand
{
    public static Command Create()
    {
        var networks = new Argument<string[]>("NETWORK") { Description = "ONNX files, each with an .npz of the same name beside it" };
        var batches = new Option<int[]>("--batch")
        {
            DefaultValueFactory = _ => [8],
            AllowMultipleArgumentsPerToken = true,
            Description = "samples a run"
        };
        var seconds = new Option<double>("--seconds") { DefaultValueFactory = _ => 10, Description = "of timing a network and batch" };
        var save = new Option<string?>("--save") { Description = "folder for the files" };
        var command = new Command("forms", "Plain against fast forms of INT8 files, and of FP32.") { networks, batches, seconds, save };
        command.SetAction(async (parsed, cancellation) =>
        {
            using var hold = await new MachineLock().ExclusiveAsync(cancellation);
            Console.WriteLine($"onnxruntime {OrtRuntime.Version}, {MachineDescription.Summary()}, one thread, medians");
            Console.WriteLine(
                "| network | batch | outputs that differ | layers | FP32, ms | FP32 fast | plain | fast | fast / plain | MB |");
            Console.WriteLine("|---|---|---|---|---|---|---|---|---|---|");
            foreach (string path in parsed.GetRequiredValue(networks))
            {
                foreach (string row in Rows(
                    path, parsed.GetValue(batches)!, parsed.GetValue(seconds), parsed.GetValue(save), cancellation))
                {
                    Console.WriteLine(row);
                }
            }
        });
        return command;
    }

    private static IEnumerable<string> Rows(
        string path, int[] batches, double seconds, string? save, CancellationToken cancellation)
    {
        TorchSettings.Threads = 1;
        string name = Path.GetFileNameWithoutExtension(path);
        var network = NetworkFile.Open(path);
        var images = new ImageBatches(
            DataSource.OpenSamples($"npz:{Path.ChangeExtension(path, ".npz")}", DataAccess.Anywhere)
                .For(network.Grouped.Graph.SampleInputs, null),
            null,
            SweepSubject.Batch);
        var quantized = IntegerFile.Quantized(network, images, IntegerForm.All[0], Environment.ProcessorCount, cancellation);
        var plain = QdqExporter.Export(quantized);
        var fast = FastForms.Apply(plain, network.Grouped.Graph);
        var floats = FastForms.OfFloats(network.Grouped.Graph);
        ModelFile[] files = [network.Float32Model, OnnxWriter.Write(floats.File), OnnxWriter.Write(plain), OnnxWriter.Write(fast.File)];
        if (save is not null)
        {
            foreach (var (file, kind) in files.Zip((string[])["fp32", "fp32-fast", "plain", "fast"]))
            {
                File.WriteAllBytes(Path.Combine(save, $"{name}.{kind}.onnx"), file.Message);
            }
        }

        var sessions = files.Select(file => OrtSession.Open(file, new OrtSessionOptions { Threads = 1 })).ToList();
        var (differ, all) = FormProof.Compare(files[2], files[3], images, Environment.ProcessorCount, cancellation);
        foreach (int batch in batches)
        {
            var options = new LatencyOptions { Rounds = 10000, TimeCap = TimeSpan.FromSeconds(seconds) };
            double[] times =
            [
                .. SessionTimes.Measure(sessions, images.Repeated(batch), options, cancellation).Select(time => time.Summary.MedianMs),
            ];
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"| {name} | {batch} | {differ} of {all} | {fast.Forms.Select(form => form.Layer).Distinct().Count()} "
                + $"| {times[0]:G4} | {times[0] / times[1]:F2} | {times[0] / times[2]:F2} | {times[0] / times[3]:F2} "
                + $"| {times[2] / times[3]:F2} | {files[2].Message.Length / 1e6:F2} → {files[3].Message.Length / 1e6:F2} |");
        }

        sessions.ForEach(session => session.Dispose());
    }
}
