using System.CommandLine;
using System.Globalization;
using Cluster.Bench.Jobs;
using Cluster.Bench.Spaces;
using Cluster.Evaluation.Inputs;
using Cluster.Evaluation.Setup;
using Cluster.Glyphs.Untrained;
using Cluster.Kernels.Data;
using Cluster.Kernels.Evaluation.Calibrators;
using Cluster.Kernels.Evaluation.Measurement;
using Cluster.Kernels.Execution;
using Cluster.Kernels.Plans;
using Cluster.Plans;

namespace Cluster.Bench.Calibrating;

/// <summary>
/// `bench calibrators`: a network in which two tensors want different calibrators, by one for each group beside one for all of them; KL on
/// images that nothing was chosen on, and what two jobs find with how many labelled evaluations.
/// </summary>
internal static class CalibratorsCommand
{
    private const int Calibration = 256;
    private const int Evaluation = 512;
    private const int Batch = 32;

    public static Command Create()
    {
        var seeds = new Option<int>("--seeds") { DefaultValueFactory = _ => 20, Description = "draws of the images" };
        var images = new Option<int>("--images") { DefaultValueFactory = _ => 2000, Description = "images that KL is measured on" };
        var command = new Command("calibrators", "One calibrator for each group beside the best single one.") { seeds, images };
        command.SetAction(async (parsed, cancellation) =>
        {
            string folder = Directory.CreateTempSubdirectory("cluster-calibrators-").FullName;
            try
            {
                var rows = new List<Row>();
                UntrainedSample? first = null;
                for (int seed = 1; seed <= parsed.GetValue(seeds); seed++)
                {
                    var sample = UntrainedSample.WriteNoise(
                        Path.Combine(folder, $"{seed}"), TwoTastes.ToGraph(), Calibration + Evaluation + parsed.GetValue(images), seed);
                    rows.Add(Measure(sample, seed, cancellation));
                    first ??= sample;
                }

                Print(rows);
                await CountAsync(folder, first!, cancellation);
            }
            finally
            {
                Directory.Delete(folder, recursive: true);
            }
        });
        return command;
    }

    private static Row Measure(UntrainedSample sample, long seed, CancellationToken cancellation)
    {
        var all = new ImageBatches(DataSource.Open(sample.Images), Preprocess.LoadFor(sample.Model), Batch);
        var calibration = all.Within(..Calibration);
        var others = all.Within((Calibration + Evaluation)..);
        var graph = NetworkFile.Open(sample.Model).Grouped;
        using var network = new FloatNetwork(graph);
        PlanResolver Fit(IReadOnlySet<int> heldBack) => new(
            graph, CalibrationPass.RunApart(network, calibration, heldBack, Environment.ProcessorCount, cancellation).Fitted);
        var basis = new CalibratorBasis(calibration, seed, (heldBack, _) => Fit(heldBack));
        GroupDecision[] Settings(Func<int, string> method) => [.. graph.Groups.Select(
            group => group.CanQuantize
                ? GroupDecision.In(GroupFormat.Int8, group.Name, method(group.Index), biasCorrection: false)
                : GroupDecision.Baseline(group.Name))];
        var choice = CalibratorSweep.Run(
            network, basis.Resolver(cancellation), Settings(_ => TwoTastes.Methods[0]), TwoTastes.Methods, basis.Images,
            Environment.ProcessorCount, cancellation);

        // Candidates have the ranges of all calibration images.
        var resolver = Fit(new HashSet<int>());
        var chosen = graph.Groups.Where(group => group.CanQuantize)
            .Zip(choice.Chosen, (group, method) => (group.Index, Method: TwoTastes.Methods[method]))
            .ToDictionary(pair => pair.Index, pair => pair.Method);
        return new Row(
            [.. TwoTastes.Methods.Select(method => Kl(network, resolver.Resolve(Settings(_ => method)), others))],
            Kl(network, resolver.Resolve(Settings(group => chosen[group])), others),
            string.Join(", ", chosen.OrderBy(pair => pair.Key).Select(pair => pair.Value)));
    }

    private static double Kl(FloatNetwork network, QuantizedNetwork quantized, ImageBatches images)
    {
        var kl = new LogitsKl();
        for (int batch = 0; batch < images.Count; batch++)
        {
            float[] reference = network.Run(images.Inputs(batch));
            kl.Add(reference, network.Run(images.Inputs(batch), quantized), reference.Length / images.Size(batch));
        }

        return kl.Mean;
    }

    private static void Print(IReadOnlyList<Row> rows)
    {
        Console.WriteLine($"| calibrators | KL, median of {rows.Count} | least | most |");
        Console.WriteLine("|---|---|---|---|");
        for (int method = 0; method < TwoTastes.Methods.Length; method++)
        {
            Print(TwoTastes.Methods[method], [.. rows.Select(row => row.Single[method])], "E2");
        }

        Print("one for each group", [.. rows.Select(row => row.Mixed)], "E2");
        Print("below the best single one", [.. rows.Select(row => 1 - (row.Mixed / row.Single.Min()))], "P1");
        Console.WriteLine($"at least a fifth below: {rows.Count(row => row.Mixed <= 0.8 * row.Single.Min())} of {rows.Count}");
        foreach (var same in rows.GroupBy(row => row.Chosen, StringComparer.Ordinal))
        {
            Console.WriteLine($"{same.Count()} times chosen: {same.Key}");
        }
    }

    private static void Print(string name, double[] values, string format)
    {
        var figures = new[] { PlanTimes.Median(values), values.Min(), values.Max() }
            .Select(value => value.ToString(format, CultureInfo.InvariantCulture));
        Console.WriteLine($"| {name} | {string.Join(" | ", figures)} |");
    }

    private static async Task CountAsync(string folder, UntrainedSample sample, CancellationToken cancellation)
    {
        foreach (string scope in new[] { "group", "network" })
        {
            var run = await JobRun.StartAsync(
                Path.Combine(folder, scope),
                [
                    "--model", sample.Model, "--data", $"{sample.Images}@0..{Calibration}", "--eval",
                    $"{sample.Images}@{Calibration}..{Calibration + Evaluation}", "--methods", string.Join(',', TwoTastes.Methods),
                    "--calibrators", scope, "--batch", "1", "--reconstruct", "never",
                ],
                cancellation);
            Console.WriteLine(
                $"--calibrators {scope}: {run.Result.Evaluations.Full} labelled evaluations, of {run.Result.Evaluations.Images} images; "
                + $"all groups in INT8: {run.Result.Baselines.Int8Best?.Accuracy?.Correct} of {Evaluation} right");
        }
    }

    private sealed record Row(IReadOnlyList<double> Single, double Mixed, string Chosen);
}
