using Cluster.Kernels.Correction;

namespace Cluster.Kernels.Tests.Correction;

public sealed class WeightMomentsTests
{
    [Fact]
    public void Of_FiveWeightsByHand_GivesShiftAndFactor()
    {
        // s = 0.5 with 2-bit codes -2, -1, 0, 1, 1.
        var (shift, factor) = WeightMoments.Of([-1, -0.3f, 0.1f, 0.45f, 0.9f], [-1, -0.5f, 0, 0.5f, 0.5f]);

        shift.ShouldBe(0.13, 1e-6);
        factor.ShouldBe(1.113553, 1e-6);
    }

    [Fact]
    public void Of_BesideNumpy_IsTheSame()
    {
        float[] weights = Nets.Values(64, 5);
        float[] rounded = [.. weights.Select(w => MathF.Round(w * 3) / 3)];
        var (shift, factor) = WeightMoments.Of(weights, rounded);

        double[] expected = PythonReference.Run("numpy", """
            w, q = x[:64].astype(np.float64), x[64:].astype(np.float64)
            print((w - q).mean(), w.std() / (q.std() + 1e-8))
            """, [.. weights, .. rounded]);

        shift.ShouldBe(expected[0], 1e-9);
        factor.ShouldBe(expected[1], 1e-9);
    }

    [Fact]
    public void Of_AnyChannel_BringsMeanAndSpreadBack() =>
        Prop.ForAll(Gen.Choose(-1000, 1000).ArrayOf().Where(values => values.Distinct().Skip(4).Any()).ToArbitrary(), values =>
        {
            float[] weights = [.. values.Select(value => value / 500f)];
            float[] rounded = [.. weights.Select(w => MathF.Round(w * 2) / 2)];
            if (rounded.Distinct().Count() < 2)
            {
                return true;
            }

            var (shift, factor) = WeightMoments.Of(weights, rounded);
            double[] corrected = [.. rounded.Select(w => factor * (w + shift))];
            double mean = corrected.Average();
            double spread = Math.Sqrt(corrected.Average(w => (w - mean) * (w - mean)));
            double wanted = Math.Sqrt(weights.Average(w => Math.Pow(w - weights.Average(), 2)));
            return Math.Abs(spread - wanted) < 1e-4 * wanted && Math.Abs((mean / factor) - weights.Average()) < 1e-5;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Correct_Network_KeepsCodesAndMovesTheMeanIntoTheBias()
    {
        var graph = Nets.Group(new GraphBuilder(13, -1, 1, 1, 5)
            .Floats("w", [1, 1, 1, 5], -1, -0.3f, 0.1f, 0.45f, 0.9f).Floats("b", [1], 2)
            .Node("Conv", "x w b", "c").Node("Flatten", "c", "y").Build());
        using var float32 = new FloatNetwork(graph);
        var statistics = Nets.Calibrate(float32, Nets.Images([10, 20, 30, 40, 50], 1, 1, 5, 1));
        var learned = new LearnedParameters
        {
            Weights = new Dictionary<string, LearnedWeights>(StringComparer.Ordinal) { ["c"] = new([-2, -1, 0, 1, 1], [0.5f]) }
        };
        var network = new PlanResolver(graph, statistics).Resolve([Decide.Integer("max", false, 2, 4)], learned);

        var corrected = WeightMoments.Correct(network, statistics);

        corrected.Weights["c"].Codes.ShouldBe([-2, -1, 0, 1, 1]);
        corrected.Weights["c"].Scales[0].ShouldBe(0.5f * 1.113553f, 1e-5);

        // 2 + k mu n E[x] with E[x] = 30, which a histogram knows to a bin.
        corrected.Biases["c"][0].ShouldBe(2 + (1.113553f * 0.13f * 5 * 30), 0.2);
    }

    [Fact]
    public void Correct_TwoBits_BringsTheOutputCloser()
    {
        using var net = Calibrated.Residual(32, 16);
        GroupDecision[] settings = [.. net.Graph.Groups.Select(_ => Decide.Integer("mse", false, 2, 8))];
        var plain = net.Resolver.Resolve(settings);

        var corrected = net.Resolver.Resolve(settings, WeightMoments.Correct(plain, net.Statistics));

        foreach (var node in net.Graph.Graph.Nodes.Where(plain.Layout.HasQuantizedWeights))
        {
            var weights = corrected.Weights(node);
            float[] rounded = WeightQuantizer.Dequantize(weights.Codes, weights.Shape, weights.Axis, weights.Scales);
            Deviation(rounded).ShouldBe(
                Deviation(net.Graph.Graph.Initializers[node.Inputs[1]].As<float>().ToArray()), 0.1 * Deviation(rounded));
        }
    }

    private static double Deviation(float[] values) => Math.Sqrt(values.Average(value => Math.Pow(value - values.Average(), 2)));
}
