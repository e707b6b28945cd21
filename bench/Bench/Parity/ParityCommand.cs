using System.CommandLine;
using System.Globalization;
using Cluster.Coordinator.Model.Options;
using Cluster.Evaluation.Artefacts;
using Cluster.Evaluation.Inputs;
using Cluster.Evaluation.Setup;
using Cluster.Kernels.Evaluation;
using Cluster.Kernels.Evaluation.Parity;
using Cluster.Kernels.Export;
using Cluster.Kernels.Graphs.Onnx;
using Cluster.Kernels.Tensors;
using Cluster.Plans;

namespace Cluster.Bench.Parity;

/// <summary>
/// `bench parity`: drawn plans of a network through the parity gate, which none of them should be refused by; and those whose files say
/// that they are exact on every x86 beside the same numbers stored as uint8, whose products are: outputs have to be equal to the bit.
/// </summary>
internal static class ParityCommand
{
    private const int ExactImages = 16;

    private static readonly GroupFormat[] Formats = [GroupFormat.Int8, GroupFormat.Int8Safe];
    private static readonly string[] Calibrators = ["max", "mse", "percentile:99.9"];

    public static Command Create()
    {
        var model = new Option<string>("--model") { Required = true, Description = "FP32 ONNX file" };
        var data = new Option<string>("--data") { Required = true, Description = "calibration images" };
        var eval = new Option<string>("--eval") { Required = true, Description = "images of the gate; 256 of them are looked at" };
        var keep = new Option<string>("--keep") { Required = true, Description = "folder of calibration statistics" };
        var plans = new Option<int>("--plans") { DefaultValueFactory = _ => 50 };
        var seed = new Option<int>("--seed") { DefaultValueFactory = _ => 1 };
        var command = new Command("parity", "Drawn plans through the parity gate: how many it refuses, and how far files are.")
        {
            model, data, eval, keep, plans, seed,
        };
        command.SetAction((parsed, cancellation) =>
        {
            TorchSettings.Threads = 1;
            var inputs = new LocalInputs
            {
                Model = parsed.GetRequiredValue(model),
                Calibration = parsed.GetRequiredValue(data),
                Evaluation = parsed.GetRequiredValue(eval),
            };
            using var job = OpenedJob.Describe(inputs, new JobOptions { Methods = Calibrators }, parsed.GetRequiredValue(keep));
            var setup = job.Setup;
            var random = new Random(parsed.GetValue(seed));
            var reports = new List<ParityReport>();
            var (stated, wrong) = (0, 0);
            while (reports.Count < parsed.GetValue(plans))
            {
                var plan = Draw(setup, random);
                var artefact = setup.Builder.Build(plan, cancellation);
                if (setup.Parity.Check(artefact, cancellation) is not { } report)
                {
                    continue;
                }

                if (artefact.ExactOn == SaturatingProducts.EveryX86)
                {
                    stated++;
                    wrong += IsExact(setup, artefact, cancellation) ? 0 : 1;
                }

                reports.Add(report);
                if (!report.Passed)
                {
                    Console.WriteLine($"refused: {plan}: {report.Failure}");
                }
            }

            Write(Path.GetFileNameWithoutExtension(inputs.Model), reports, $"{wrong} of {stated}");
            return Task.CompletedTask;
        });
        return command;
    }

    private static bool IsExact(EvaluationSetup setup, BuiltArtefact artefact, CancellationToken cancellation)
    {
        var images = setup.Evaluation.Take(ExactImages);
        float[] Run(byte[] file) => RuntimeEvaluator.Logits(file, images, setup.Network.Classes, 1, cancellation);
        byte[] unsigned = OnnxWriter.Write(QdqExporter.Export(artefact.Network!, unsignedWeights: true));
        return Run(artefact.Bytes).AsSpan().SequenceEqual(Run(unsigned));
    }

    // So many groups in FP32 as comes, forms, calibrators and corrected biases by group.
    private static Plan Draw(EvaluationSetup setup, Random random)
    {
        double share = random.NextDouble();
        bool corrects = random.Next(2) == 0;
        return new Plan(
            setup.Target.Name,
            [.. setup.Translator.Decided.Select(group => random.NextDouble() < share
                ? GroupDecision.Baseline(group.Name)
                : GroupDecision.In(
                    Formats[random.Next(Formats.Length)], group.Name, Calibrators[random.Next(Calibrators.Length)], corrects))]);
    }

    private static void Write(string model, List<ParityReport> reports, string wrong)
    {
        double[] shares = [.. reports.Select(report => report.Outputs!.Divergence / report.Outputs.PlanDivergence).Order()];
        int disagreeing = reports.Count(report => report.Outputs!.Agree < Math.Floor(0.995 * report.Images));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {model} | {reports.Count} | {reports.Count(report => !report.Passed)} | {disagreeing} | {shares[shares.Length / 2]:G2} "
            + $"| {shares[^1]:G2} | {reports.Count(report => report.Outputs!.Drift is not null)} "
            + $"| {reports.Min(report => report.Tensors.Min(tensor => tensor.ExactShare)):P4} | {wrong} |"));
    }
}
