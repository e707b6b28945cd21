namespace Cluster.Kernels.Tests.BiasCorrection;

/// <summary>PaddleSlim's bias_correction of weights.</summary>
public sealed class WeightMomentsTests
{
    // By hand. Rounded: 0, 1, 2, 0. Means 1 and 3/4, variances 0.98 and 0.6875; four weights on inputs of mean 3.
    [Fact]
    public void Correct_OneChannel_HasTheDeviationAndTheMeanOfFloat32()
    {
        double factor = Math.Sqrt(0.98 / 0.6875);

        var corrected = WeightMoments.Correct([0.4f, 1.4f, 2.4f, -0.2f], new QuantizedWeights([0, 1, 2, 0], [1], 0, [1, 4]), inputMean: 3);

        corrected.Weights.Codes.ShouldBe([0, 1, 2, 0]);
        corrected.Weights.Scales.ShouldBe([(float)factor], 1e-6);
        corrected.Shifts.ShouldBe([(float)(factor * 0.25 * 4 * 3)], 1e-6);
        corrected.Before.ShouldBe(0.0625 + Math.Pow(Math.Sqrt(0.98) - Math.Sqrt(0.6875), 2), 1e-6);
        corrected.After.ShouldBe(Math.Pow(1 - (factor * 0.75), 2), 1e-6);
    }

    // One number after rounding, and one that is less than half of what rounding left: their scales stay.
    [Fact]
    public void Correct_ChannelsWithoutAUsefulFactor_AreOnlyShifted()
    {
        var corrected = WeightMoments.Correct(
            [0.6f, 0.6f, 0.4f, -0.4f, 0.5f, -0.5f], new QuantizedWeights([0, 0, 0, 1, 1, -1], [1, 1, 1], 0, [3, 2]), inputMean: 1);

        corrected.Weights.Scales[0].ShouldBe(1);
        corrected.Shifts[0].ShouldBe(1.2f, 1e-6f);
        corrected.Weights.Scales[2].ShouldBe(0.5f, 1e-6f);
    }

    [Fact]
    public void Correct_OneScale_KeepsOne()
    {
        float[] weights = Nets.Values(4 * 9, seed: 1);
        float scale = weights.Max(Math.Abs) / 3;
        sbyte[] codes = WeightQuantizer.Quantize(weights, [4, 9], 0, [scale, scale, scale, scale], -3, 3);

        var corrected = WeightMoments.Correct(
            weights, new QuantizedWeights(codes, [scale, scale, scale, scale], 0, [4, 9]) { IsPerTensor = true }, inputMean: 1);

        corrected.Weights.Scales.Distinct().Count().ShouldBe(1);
        corrected.Weights.Scales[0].ShouldNotBe(scale);
    }

    // PaddleSlim's formula in numpy, applied to inputs: the corrected layer answers as (q + mean(w - q)) * std(w) / std(q) does.
    [Fact]
    public void Correct_RandomWeights_AnswersAsNumpys()
    {
        float[] weights = Nets.Values(24 * 27, seed: 3);
        float[] scales = [.. weights.Chunk(27).Select(channel => channel.Max(Math.Abs) / 3)];
        sbyte[] codes = WeightQuantizer.Quantize(weights, [24, 27], 0, scales, -3, 3);

        double[] expected = PythonReference.Run(
            "numpy",
            """
            w = x.reshape(24, 27)
            s = np.abs(w).max(1, keepdims=True) / np.float32(3)
            d = (np.clip(np.round(w / s), -3, 3) * s).astype(np.float64)
            d = (d + (w - d).mean(1, keepdims=True)) * (w.std(1, keepdims=True) / d.std(1, keepdims=True))
            print(*(d @ np.full(27, 1.5)))
            """,
            weights);

        var corrected = WeightMoments.Correct(weights, new QuantizedWeights(codes, scales, 0, [24, 27]) { Bits = 3 }, inputMean: 1.5);
        corrected.Weights.Codes.Chunk(27)
            .Select((channel, i) => (channel.Sum(code => code) * corrected.Weights.Scales[i] * 1.5) + corrected.Shifts[i])
            .ShouldBe(expected, 1e-4);
        corrected.Weights.Scales.ShouldNotBe(scales);
    }

    [Fact]
    public void Correct_Network_AgreesWithItsFile()
    {
        using var net = Calibrated.Small("residual");
        var decisions = net.Graph.Groups.Select(_ => Decide.Integer("max", false, 4)).ToArray();
        var corrected = WeightMoments.Correct(net.Resolver.Resolve(decisions), net.Statistics);
        var learned = new LearnedParameters
        {
            Weights = corrected.ToDictionary(layer => layer.Key, layer => layer.Value.Weights, StringComparer.Ordinal),
        };

        corrected.Keys.ShouldBe(net.Graph.WeightedNodes.Select(node => node.Name), ignoreOrder: true);
        net.Check(net.Resolver.Resolve(decisions, learned)).Failure.ShouldBeNull();
    }
}
