using Cluster.Kernels.Data;
using Cluster.Kernels.Evaluation;
using Cluster.Kernels.Execution;
using Cluster.Kernels.Export;
using Cluster.Kernels.Graphs.Onnx;
using Cluster.Kernels.Learning.FineTuning;
using Cluster.Kernels.Plans;
using Cluster.Kernels.Tests.Execution;
using Cluster.Kernels.Tests.Graphs.Onnx;
using Cluster.Kernels.Tests.Runtimes;
using Cluster.Plans;
using Cluster.Tests;

namespace Cluster.Kernels.Tests.Learning.FineTuning;

/// <summary>A real network with real images: a part of an epoch already helps, and the file says so too.</summary>
public sealed class ResNet20FineTuneTests
{
    private const string Model = "cifar10/resnet20-jpeg-finetuned";
    private const int Inner = 2;
    private const int Ends = 8;

    [Fact]
    public void Run_TwoBitWeightsPartOfAnEpoch_IsMuchBetterThanNearest()
    {
        var graph = Nets.Shared(Model);
        var preprocess = Preprocess.LoadFor(SharedModels.Path(Model));
        var images = DataSource.Open($"cifar10:{SharedData.Require("cifar10/data_batch_1.jpeg.bin.gz")}@0..1000");
        var evaluation = new ImageBatches(
            DataSource.Open($"cifar10:{SharedData.Require("cifar10/test_batch.jpeg.bin.gz")}@0..1000"), preprocess, 50);
        var training = new ImageBatches(images, preprocess, 32);
        using var network = new FloatNetwork(graph);
        var statistics = CalibrationPass.Run(network, training.Take(256), 2, TestContext.Current.CancellationToken);
        var resolver = new PlanResolver(graph, statistics);
        int last = graph.Groups.Count - 1;
        GroupDecision[] settings =
            [.. graph.Groups.Select(
                group => Decide.Integer(
                    "mse",
                    false,
                    group.Index == 0 || group.Index == last ? Ends : Inner,
                    group.Index == 0 || group.Index == last ? Ends : 4))];
        var start = resolver.Resolve(settings);
        var options = new FineTuneOptions
        {
            Epochs = 1,
            BatchSize = 32,
            Optimizer = TrainingOptimizer.Sgd,
            LearningRate = 0.01,
            Distill = 1,
            Temperature = 2
        };

        var result = new FineTuner(start, options).Run(training, null, null, TestContext.Current.CancellationToken);

        int before = Correct(start);
        int after = Correct(resolver.Resolve(settings, result.Parameters));
        after.ShouldBeGreaterThan(before + 100, $"nearest {before}, fine-tuned {after} of 1000");

        int Correct(QuantizedNetwork quantized) => RuntimeEvaluator.Score(
            RuntimeEvaluator.Logits(
                OnnxWriter.Write(QdqExporter.Export(quantized)),
                evaluation,
                10,
                2,
                TestContext.Current.CancellationToken), 10, evaluation, null).Correct;
    }
}
