namespace Cluster.Export.Tests.Parity;

/// <summary>The rule of the gate end to end (ADR 49).</summary>
public sealed class OutputParityTests
{
    [Theory]
    [InlineData(0.0005, 0.01, null, true)] // a twentieth of the plan's own
    [InlineData(0.00051, 0.01, null, false)]
    [InlineData(0.002, 0.01, 0.001, true)] // twice what open roundings do
    [InlineData(0.0021, 0.01, 0.001, false)]
    [InlineData(0.005, 0.01, 0.1, true)] // half of what the plan does, however far they drift
    [InlineData(0.0051, 0.01, 0.1, false)]
    [InlineData(7e-6, 1e-9, 0.0, true)] // half an image of 256
    [InlineData(8e-6, 1e-9, 0.0, false)]
    [InlineData(double.NaN, 0.01, 0.001, false)]
    [InlineData(0.001, double.NaN, 0.001, false)]
    public void IsNear_Divergences_AreHeldAgainstTheLargestBound(double divergence, double plan, double? drift, bool near) =>
        new OutputParity(divergence, plan, RuntimeDivergence: 1, StandardError: 0, drift, Agree: 0, Lost: null, Gained: null)
            .IsNear.ShouldBe(near);

    [Theory]
    [InlineData(0.015, 0, 0.02, true)] // no farther from FP32 than the plan and a half
    [InlineData(0.015, 0, 0.021, false)] // twice what open roundings do
    [InlineData(0.016, 0, 0.02, false)]
    [InlineData(0.016, 0.0016, 0.02, true)] // four standard errors
    [InlineData(0.016, 0.0014, 0.02, false)]
    [InlineData(double.NaN, 0, 0.02, false)]
    public void IsNear_OpenRoundingsAreMostOfThePlan_FileIsHeldAgainstFp32(double file, double error, double divergence, bool near) =>
        new OutputParity(divergence, 0.01, file, error, Drift: 0.01, Agree: null, Lost: null, Gained: null).IsNear.ShouldBe(near);

    [Theory]
    [InlineData(16, 0, true)]
    [InlineData(17, 0, false)]
    [InlineData(0, 17, false)]
    [InlineData(40, 12, true)]
    [InlineData(42, 12, false)]
    public void IsAsAccurate_LostAndGained_AreHeldAgainstChance(int lost, int gained, bool passes)
    {
        var parity = new OutputParity(0, 0.01, 0.01, 0, Drift: null, 256, lost, gained);
        parity.IsAsAccurate.ShouldBe(passes);
        parity.Passes.ShouldBe(passes);
    }

    [Fact]
    public void Compare_FlippedNearTies_Pass()
    {
        // The first two classes are the same but for a ten-thousandth, and of every image the likeliest.
        using var net = Small(Tied(Nets.Residual()));
        var network = net.AllInt8("max");

        var found = Compare(
            net,
            OutputKind.Scores,
            (inputs, logits) =>
            {
                net.Float32.Run(inputs, network).CopyTo(logits);
                for (int image = 0; image < logits.Length / 5; image++)
                {
                    var row = logits.Slice(image * 5, 5);
                    (row[0], row[1]) = (row[1], row[0]);
                }
            });

        found.Agree!.Value.ShouldBeLessThan((int)(0.995 * net.Images.Images.Count), "the rule that was there before refuses it");
        found.Passes.ShouldBeTrue($"{found}");
    }

    [Fact]
    public void Compare_ValuesOfARegression_AreJudgedByTheirRelativeError()
    {
        using var net = Small(Nets.Residual());
        var network = net.AllInt8("max");
        OutputParity Scaled(float factor) => Compare(
            net,
            OutputKind.Values,
            (inputs, outputs) => net.Float32.Run(inputs, network).Select(value => value * factor).ToArray().CopyTo(outputs));

        double plan = Scaled(1).PlanDivergence;
        Scaled(1).ShouldBe(new OutputParity(0, plan, plan, 0, Drift: null, Agree: null, Lost: null, Gained: null));
        Scaled(1.1f).Divergence.ShouldBe(0.1 * 0.1 / 2, 1e-5);
        Scaled(1.1f).Passes.ShouldBeFalse();
    }

    [Fact]
    public void Compare_LabelledImages_CountsOneSidedHits()
    {
        using var net = Small(Nets.Residual());
        int[] labels = [.. Enumerable.Range(0, net.Images.Images.Count).Select(net.Images.Images.Label)];
        float[] simulated = net.Float32.Run(net.Images, net.AllInt8("max"), 1, CancellationToken.None);
        int right = (int)Accuracy.Of(simulated, 5, labels).Correct;

        var found = Compare(
            net,
            OutputKind.Scores,
            (_, logits) =>
            {
                for (int i = 0; i < logits.Length; i++)
                {
                    logits[i] = i % 5 == 0 ? 9 : 0; // always the first class, which one image in five is of
                }
            });

        int both = Accuracy.Predictions(simulated, 5).Zip(labels).Count(pair => pair is { First: 0, Second: 0 });
        (found.Lost, found.Gained).ShouldBe((right - both, labels.Count(label => label == 0) - both));
        found.Passes.ShouldBeFalse();
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(0.6, false)] // within twice the drift: only the distance from FP32 shows it
    public void Compare_DeepNetworkWhoseRoundingsAreAllDrawnAnew_PassesUnlessAFaultAddsToThem(double fault, bool passes)
    {
        using var net = new Calibrated(Nets.Group(Rotations(96)), Nets.Noise(24, 1, 16, 16, 4));
        var network = net.AllInt8("max");
        using var programs = net.Float32.Compile(network);
        double plan = Compare(net, OutputKind.Values, (inputs, outputs) => net.Float32.Run(inputs, programs.Programs).CopyTo(outputs))
            .PlanDivergence;
        float factor = 1 + (float)Math.Sqrt(2 * fault * plan);

        var found = Compare(
            net,
            OutputKind.Values,
            (inputs, outputs) =>
            {
                var draw = new RoundingDrift(seed: 77);
                net.Float32.Run(draw.Moved(inputs), programs.Programs, draw).Select(value => value * factor).ToArray().CopyTo(outputs);
            });

        found.Divergence.ShouldBeInRange(0.5 * plan, 2 * found.Drift!.Value, $"{found}");
        found.Passes.ShouldBe(passes, $"{found}");
    }

    // Products with Hadamard's matrix, some columns negated, whose weights are whole codes: all that a plan changes is the rounding of
    // activations.
    private static ModelGraph Rotations(int layers)
    {
        float[] signs = Nets.Values(256, 5);
        var graph = new GraphBuilder(13, -1, 1, 16, 16)
            .Floats("h", [256, 256], [.. Enumerable.Range(0, 65536).Select(
                i => int.IsEvenInteger(int.PopCount(i / 256 & i)) == signs[i % 256] > 0 ? 0.0625f : -0.0625f)])
            .Node("Flatten", "x", "g0");
        for (int layer = 1; layer <= layers; layer++)
        {
            graph.Node("Gemm", $"g{layer - 1} h", $"g{layer}");
        }

        return graph.Build(-1, 256);
    }

    private static Calibrated Small(ModelGraph graph) => new(Nets.Group(graph), Nets.Noise(40, 3, 8, 8, 16, classes: 5));

    private static OutputParity Compare(Calibrated net, OutputKind kind, BatchLogits.RunBatch run) =>
        new OutputComparison(net.Float32, net.AllInt8("max"), net.Images, kind, workers: 2).Compare(run, CancellationToken.None);

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
}
