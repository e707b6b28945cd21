using Cluster.Kernels.Evaluation;
using Cluster.Kernels.Evaluation.Measurement;
using Cluster.Kernels.Evaluation.Parity;
using Cluster.Kernels.Execution;
using Cluster.Kernels.Graphs;
using Cluster.Kernels.Plans;
using Cluster.Kernels.Tests.Execution;

namespace Cluster.Kernels.Tests.Evaluation.Parity;

/// <summary>The rule of the gate end to end (ADR 49).</summary>
public sealed class OutputParityTests
{
    [Theory]
    [InlineData(0.0005, 0.01, null, true)] // a twentieth of the plan's own
    [InlineData(0.00051, 0.01, null, false)]
    [InlineData(0.002, 0.01, 0.001, true)] // twice what open roundings do
    [InlineData(0.0021, 0.01, 0.001, false)]
    [InlineData(7e-6, 1e-9, 0.0, true)] // half an image of 256
    [InlineData(8e-6, 1e-9, 0.0, false)]
    [InlineData(double.NaN, 0.01, 0.001, false)]
    [InlineData(0.001, double.NaN, 0.001, false)]
    public void IsNear_Divergences_AreHeldAgainstTheLargestBound(double divergence, double plan, double? drift, bool near) =>
        new OutputParity(divergence, plan, drift, Agree: 0, Lost: null, Gained: null).IsNear.ShouldBe(near);

    [Theory]
    [InlineData(16, 0, true)]
    [InlineData(17, 0, false)]
    [InlineData(0, 17, false)]
    [InlineData(40, 12, true)]
    [InlineData(42, 12, false)]
    public void IsAsAccurate_LostAndGained_AreHeldAgainstChance(int lost, int gained, bool passes)
    {
        var parity = new OutputParity(0, 0.01, Drift: null, 256, lost, gained);
        parity.IsAsAccurate.ShouldBe(passes);
        parity.Passes.ShouldBe(passes);
    }

    [Fact]
    public void Compare_NearTiesThatFallTheOtherWay_Pass()
    {
        // The first two classes are the same but for a ten-thousandth, and of every image the likeliest.
        var (float32, network, images) = Small(Tied(Nets.Residual()));
        using (float32)
        {
            var comparison = new OutputComparison(float32, network, images, OutputKind.Scores, workers: 2);

            var found = comparison.Compare(
                (inputs, logits) =>
                {
                    float32.Run(inputs, network).CopyTo(logits);
                    for (int image = 0; image < logits.Length / 5; image++)
                    {
                        var row = logits.Slice(image * 5, 5);
                        (row[0], row[1]) = (row[1], row[0]);
                    }
                },
                CancellationToken.None);

            found.Agree!.Value.ShouldBeLessThan((int)(0.995 * images.Images.Count), "the rule that was there before refuses it");
            found.Passes.ShouldBeTrue($"{found}");
        }
    }

    [Fact]
    public void Compare_ValuesOfARegression_AreJudgedByTheirRelativeError()
    {
        var (float32, network, images) = Small();
        using (float32)
        {
            var comparison = new OutputComparison(float32, network, images, OutputKind.Values, workers: 2);
            OutputParity Scaled(float factor) => comparison.Compare(
                (inputs, outputs) => float32.Run(inputs, network).Select(value => value * factor).ToArray().CopyTo(outputs),
                CancellationToken.None);

            Scaled(1).ShouldBe(new OutputParity(0, Scaled(1).PlanDivergence, Drift: null, Agree: null, Lost: null, Gained: null));
            Scaled(1.1f).Divergence.ShouldBe(0.1 * 0.1 / 2, 1e-5);
            Scaled(1.1f).Passes.ShouldBeFalse();
        }
    }

    [Fact]
    public void Compare_LabelledImages_CountsThoseThatOneSideAloneHasRight()
    {
        var (float32, network, images) = Small();
        using (float32)
        {
            float[] simulated = float32.Run(images, network, 1, CancellationToken.None);
            int right = (int)Accuracy.Of(simulated, 5, Labels(images)).Correct;
            var comparison = new OutputComparison(float32, network, images, OutputKind.Scores, workers: 2);

            var found = comparison.Compare(
                (_, logits) =>
                {
                    for (int i = 0; i < logits.Length; i++)
                    {
                        logits[i] = i % 5 == 0 ? 9 : 0; // always the first class, which one image in five is of
                    }
                },
                CancellationToken.None);

            int both = Accuracy.Predictions(simulated, 5).Zip(Labels(images)).Count(pair => pair is { First: 0, Second: 0 });
            (found.Lost, found.Gained).ShouldBe((right - both, Labels(images).Count(label => label == 0) - both));
            found.Passes.ShouldBeFalse();
        }
    }

    private static int[] Labels(ImageBatches images) => [.. Enumerable.Range(0, images.Images.Count).Select(images.Images.Label)];

    private static ModelGraph Tied(ModelGraph graph)
    {
        var constants = graph.Initializers.ToDictionary(StringComparer.Ordinal);
        float[] weights = constants["w4"].As<float>().ToArray();
        float[] biases = constants["b4"].As<float>().ToArray();
        weights.AsSpan(0, 8).CopyTo(weights.AsSpan(8));
        (biases[0], biases[1]) = (9, 9.0001f);
        constants["w4"] = TensorData.FromFloats([5, 8], weights);
        constants["b4"] = TensorData.FromFloats([5], biases);
        return graph with { Initializers = constants };
    }

    private static (FloatNetwork Float32, QuantizedNetwork Network, ImageBatches Images) Small(ModelGraph? of = null)
    {
        var graph = Nets.Group(of ?? Nets.Residual());
        var images = Nets.Noise(40, 3, 8, 8, 16, classes: 5);
        var float32 = new FloatNetwork(graph);
        return (float32, new PlanResolver(graph, Nets.Calibrate(float32, images)).Resolve(Nets.AllInt8(graph, "max")), images);
    }
}
