using System.CommandLine;
using System.Globalization;
using Cluster.Data;
using Cluster.Data.Sources;
using Cluster.Evaluation.Inputs;
using Cluster.Kernels.Evaluation.Measurement;
using Cluster.Kernels.Execution;
using Cluster.Kernels.Plans;
using Cluster.Kernels.Tensors;
using Cluster.Learning.Reconstruction;
using Cluster.Networks.Preprocessing;

namespace Cluster.Bench.Reconstruction;

/// <summary>`bench reconstruct`: iterations per second and accuracy of AdaRound, BRECQ and QDrop.</summary>
internal static class ReconstructCommand
{
    private const string Cifar = "../shared/data/cifar10/";

    public static Command Create()
    {
        var model = Text("--model", "../shared/data/models/cifar10/resnet20.onnx");
        var data = Text("--data", $"cifar10:{Cifar}data_batch_1.first4000.bin.gz@0..1024");
        var evaluation = new Option<string[]>("--eval") { DefaultValueFactory = _ => [$"cifar10:{Cifar}test_batch.first761.bin.gz"] };
        var methods = Text("--methods", "nearest,adaround,brecq,qdrop");
        var weightBits = Number("--weight-bits", 4);
        var activationBits = Number("--activation-bits", 4);
        var ends = Number("--first-last-bits", 8);
        var firstOutput = new Option<int?>("--first-output-bits")
        {
            Description = "BRECQ's published code has 8; QDrop's as many as the other activations."
        };
        var iterations = Number("--iterations", 2000);
        var activationIterations = Number("--activation-iterations", 500);
        var seed = Number("--seed", 1005);
        var command = new Command("reconstruct", "Reconstruction: iterations per second, losses, accuracy.")
        {
            model, data, evaluation, methods, weightBits, activationBits, ends, firstOutput, iterations, activationIterations, seed,
        };
        command.SetAction((parsed, cancellation) =>
        {
            string path = parsed.GetRequiredValue(model);
            var graph = NetworkFile.Open(path).Grouped;
            var preprocess = Preprocess.LoadFor(path);
            var images = new ImageBatches(DataSource.Open(parsed.GetRequiredValue(data)), preprocess, 32);
            ImageBatches[] tests =
                [.. parsed.GetRequiredValue(evaluation).Select(spec => new ImageBatches(DataSource.Open(spec), preprocess, 32))];
            TorchSettings.Threads = 1;
            var start = LowBitStart.Create(
                graph,
                images,
                parsed.GetValue(weightBits),
                parsed.GetValue(activationBits),
                parsed.GetValue(ends),
                parsed.GetValue(firstOutput));
            foreach (string name in parsed.GetRequiredValue(methods).Split(','))
            {
                var options = new ReconstructionOptions
                {
                    Method = Enum.Parse<ReconstructionMethod>(name == "nearest" ? "adaround" : name, ignoreCase: true),
                    Iterations = name == "nearest" ? 1 : parsed.GetValue(iterations),
                    ActivationIterations = parsed.GetValue(activationIterations),
                    Seed = parsed.GetValue(seed),
                };
                Show(
                    name,
                    options,
                    Reconstructor.Run(graph, start, images, options, null, null, TimeProvider.System, cancellation),
                    graph,
                    tests);
            }

            return Task.CompletedTask;
        });
        return command;
    }

    private static void Show(
        string name,
        ReconstructionOptions options,
        ReconstructionResult result,
        Networks.Graphs.Groups.GroupedGraph graph,
        ImageBatches[] tests)
    {
        foreach (var block in result.Blocks.Where(_ => name != "nearest"))
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"  {block.Phase,-20} {block.Name,-60} loss {block.NearestLoss:G4} -> "
                + $"{block.LearnedLoss:G4}{(block.Kept ? string.Empty : " withdrawn")}, undecided {block.Undecided:P2}, "
                + $"{block.Iterations / block.Seconds:F1} it/s"));
        }

        foreach (var phase in result.Blocks.GroupBy(block => block.Phase))
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{name}, {phase.Key}: {phase.Sum(block => block.Iterations) / phase.Sum(block => block.Seconds):F1} it/s over "
                + $"{phase.Count()} blocks, {phase.Sum(block => block.Seconds):F1} s"));
        }

        foreach (var accuracy in tests.Select(test => Evaluate(graph, result.Parameters, test)))
        {
            Console.WriteLine(
                string.Create(CultureInfo.InvariantCulture, $"{name} (seed {options.Seed}): {accuracy.Correct}/{accuracy.Total}"));
        }
    }

    private static Accuracy Evaluate(Networks.Graphs.Groups.GroupedGraph graph, LearnedParameters parameters, ImageBatches test)
    {
        using var network = new LearnedNetwork(graph, parameters);
        var counts = new Accuracy[test.Count];
        Batches.ForEach(test.Count, Environment.ProcessorCount, batch =>
        {
            float[] logits = network.Run(test, batch);
            int[] predictions = Accuracy.Predictions(logits, logits.Length / test.Size(batch));
            counts[batch] = new Accuracy(
                predictions.Where((prediction, i) => prediction == test.Images.Label(test.Start(batch) + i)).Count(), predictions.Length);
        }, CancellationToken.None);
        return counts.Aggregate(default(Accuracy), (sum, count) => sum + count);
    }

    private static Option<string> Text(string name, string fallback) => new(name) { DefaultValueFactory = _ => fallback };

    private static Option<int> Number(string name, int fallback) => new(name) { DefaultValueFactory = _ => fallback };
}
