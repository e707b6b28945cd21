using Cluster.Kernels.Learning.FineTuning;
using Cluster.Kernels.Learning.FineTuning.Loading;
using Cluster.Kernels.Learning.Parallel;
using TorchSharp;

namespace Cluster.Kernels.Tests.Learning.FineTuning;

public sealed class TrainingIterationTests
{
    private const int Images = 7; // not a multiple of any number of parts

    private readonly GroupedGraph _graph = Nets.Group(Nets.Residual());
    private readonly ImageBatches _images = Nets.Noise(Images, 3, 8, 8, Images);

    // Steps are frozen: a code that flips with a sum's order changes a step's gradient by as much as the gradient is.
    [Theory]
    [InlineData(2, 0)]
    [InlineData(3, 0.5)]
    [InlineData(16, 0.9)]
    public void Run_InParts_IsTheWholeBatch(int parts, double distill)
    {
        var (loss, gradients) = Gradients(parts, distill);

        var (expectedLoss, expected) = Gradients(1, distill);

        loss.ShouldBe(expectedLoss, 1e-4 * expectedLoss);
        double norm = Math.Sqrt(expected.SelectMany(values => values).Sum(value => (double)value * value));
        double difference = Math.Sqrt(
            expected.Zip(gradients).SelectMany(pair => pair.First.Zip(pair.Second, (x, y) => (double)(x - y) * (x - y))).Sum());
        norm.ShouldBeGreaterThan(0);
        difference.ShouldBeLessThan(1e-3 * norm);
    }

    [Fact]
    public void Run_Observing_MovesStepsByTheBatchWhateverTheParts()
    {
        float[] one = Observed(1);

        Observed(3).ShouldBe(one, 1e-6);
        one.ShouldNotBe(Observed(1, isObserving: false));
    }

    private (double Loss, float[][] Gradients) Gradients(int parts, double distill)
    {
        using var scope = torch.NewDisposeScope();
        using var team = new ShardTeam(parts);
        using var network = new ProgramBuilder(_graph, hasGradients: true);
        var step = new TrainingIteration(
            new TrainedNetwork(Start(), ScaleLearning.Frozen, ScaleLearning.Frozen),
            network.Whole(),
            new FineTuneOptions { Distill = distill },
            [3, 8, 8],
            team);
        var (loss, gradients) = step.Run(new TrainingBatch(_images.Pixels(0), Labels()));
        return (loss, [.. gradients.Select(gradient => TensorFactory.ToFloats(gradient))]);
    }

    private float[] Observed(int parts, bool isObserving = true)
    {
        using var scope = torch.NewDisposeScope();
        using var team = new ShardTeam(parts);
        using var network = new ProgramBuilder(_graph, hasGradients: true);
        var trained = new TrainedNetwork(Start(), ScaleLearning.Observed, ScaleLearning.Observed);
        var step = new TrainingIteration(trained, network.Whole(), new FineTuneOptions(), [3, 8, 8], team) { IsObserving = isObserving };
        step.Run(new TrainingBatch([.. _images.Pixels(0).Select(value => 3 * value)], Labels()));
        return [.. trained.Finish().Activations.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => pair.Value.Scale)];
    }

    private static long[] Labels() => [.. Enumerable.Range(0, Images).Select(image => (long)(image % 3))];

    private QuantizedNetwork Start()
    {
        using var net = new Calibrated(_graph, _images);
        return net.AllInt8("max");
    }
}
