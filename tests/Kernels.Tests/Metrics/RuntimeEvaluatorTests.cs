namespace Cluster.Kernels.Tests.Metrics;

public sealed class RuntimeEvaluatorTests
{
    [Fact]
    public void Score_HandComputed_SetsABitForEachCorrectImage()
    {
        // Labels 0, 1, 2, 0, 1, 2, ...; right are images 0, 1, 5, 8 and 9.
        var images = Nets.Noise(10, 1, 2, 2, 4, classes: 3);
        int[] predicted = [0, 1, 0, 1, 0, 2, 2, 0, 2, 0];

        var score = RuntimeEvaluator.Score(Logits(predicted), 3, images, null);

        score.Correct.ShouldBe(5);
        score.Total.ShouldBe(10);
        score.CorrectBits.ShouldBe([0b0010_0011, 0b0000_0011]);
        score.Kl.ShouldBe(0);
    }

    [Fact]
    public void Score_TwoRanks_CountsLabelsAmongTheTwoLargest()
    {
        // Labels 0, 1, 2, 0; the logits of others than the predicted class are equal, so that the first of them is the second.
        var images = Nets.Noise(4, 1, 2, 2, 4, classes: 3);

        var score = RuntimeEvaluator.Score(Logits([1, 0, 0, 0]), 3, images, null, ranks: 2);

        score.Correct.ShouldBe(3);
        score.CorrectBits.ShouldBe([0b0000_1011]);
    }

    [Fact]
    public void Score_WithReference_CountsAgreementAndDivergence()
    {
        var images = Nets.Noise(4, 1, 2, 2, 4, classes: 3);
        float[] logits = Logits([0, 1, 2, 0]);
        float[] reference = Logits([0, 1, 2, 2]);

        var score = RuntimeEvaluator.Score(logits, 3, images, reference);

        score.Agree.ShouldBe(3);

        // One image of four: softmax of (0, 0, 1) against (1, 0, 0) is (e - 1) / (e + 2) nats.
        score.Kl.ShouldBe((Math.E - 1) / (Math.E + 2) / 4, 1e-7);
        RuntimeEvaluator.Score(reference, 3, images, reference).Kl.ShouldBe(0);
    }

    [Fact]
    public void Logits_AnyWorkersAndALastSmallBatch_AreInTheOrderOfTheImages()
    {
        var graph = Nets.Group(Nets.Residual());
        byte[] model = OnnxWriter.Write(graph.Graph).Message;
        var images = Nets.Noise(21, 3, 8, 8, 4);
        using var network = new FloatNetwork(graph);

        float[] logits = RuntimeEvaluator.Logits(ModelFile.Of(model), images, 5, 2, CancellationToken.None);

        float[] expected =
            [.. Enumerable.Range(0, images.Count).SelectMany(batch => network.Run(images.Pixels(batch), [images.Size(batch), 3, 8, 8]))];
        Nets.Distance(logits, expected).ShouldBeLessThan(1e-4f);
        RuntimeEvaluator.Logits(ModelFile.Of(model), images, 5, 1, CancellationToken.None).ShouldBe(logits);
    }

    private static float[] Logits(int[] predicted) =>
        [.. predicted.SelectMany(best => Enumerable.Range(0, 3).Select(i => i == best ? 1f : 0f))];
}
