using TorchSharp;

namespace Cluster.Learning.Tests.FineTuning;

public sealed class TrainingIterationTests
{
    private const int Images = 7; // not a multiple of any number of parts

    private readonly GroupedGraph _graph = Nets.Group(Nets.Residual());
    private readonly ImageBatches _images = Nets.Noise(Images, 3, 8, 8, Images);

    // Without the gradients of steps: a code that flips with a sum's order changes one by as much as the gradient is.
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

    private (double Loss, float[][] Gradients) Gradients(int parts, double distill)
    {
        using var scope = torch.NewDisposeScope();
        using var team = new ShardTeam(parts);
        using var network = new ProgramBuilder(_graph, hasGradients: true);
        var trained = new TrainedNetwork(Start());
        var step = new TrainingIteration(trained, network.Whole(), new FineTuneOptions { Distill = distill }, [3, 8, 8], team);
        var (loss, gradients) = step.Run(new TrainingBatch(_images.Pixels(0), Labels()));
        return (
            loss,
            [
                .. gradients.Zip(trained.Parameters)
                    .Where(pair => !pair.Second.Name.Contains("-step/", StringComparison.Ordinal))
                    .Select(pair => TensorFactory.ToFloats(pair.First)),
            ]);
    }

    private static long[] Labels() => [.. Enumerable.Range(0, Images).Select(image => (long)(image % 3))];

    private QuantizedNetwork Start()
    {
        using var net = new Calibrated(_graph, _images);
        return net.AllInt8("max");
    }
}
