namespace Cluster.Evaluation.Tests.Learning.Reconstruction;

/// <summary>The probe differs from the plan's file by the rounding of its weights alone.</summary>
public sealed class WeightProbeTests
{
    // What ties in rounding move between simulation and runtime.
    private const double Ties = 0.01;

    [Fact]
    public async Task EvaluateAsync_ExactWeights_EqualsFile()
    {
        // Every output channel's largest weight is 127 of its steps of 2^-k: FP32 and int8 weights are the same numbers.
        using var sample = Sample.Of(Graph(OnGrid(36, 1, 9, -14), OnGrid(16, 3, 4, -8), OnGrid(12, 4, 4, -6)), images: 200);
        foreach (var plan in Plans(sample, "percentile:90"))
        {
            var (probe, file) = await MeasureAsync(sample, plan);

            probe.CorrectBits.ShouldBe(file.CorrectBits);
            file.Kl.ShouldBeGreaterThan(2e-5, "the activations cost something");
            probe.Kl.ShouldBe(file.Kl, Ties * file.Kl);
        }
    }

    [Fact]
    public async Task EvaluateAsync_RoundedWeightsOnly_IsNearerFloat32ThanFile()
    {
        using var sample = Sample.Of(Graph(Sample.Values(36, 1, 0.01), Sample.Values(16, 3, 0.7), Sample.Values(12, 4, 8)), images: 200);
        foreach (var plan in Plans(sample, "max").Select(
            plan => new Plan(
                plan.Target,
                [.. plan.Groups.Select(group => group.Format.IsBaseline ? group : group with { Format = GroupFormat.Integer(3, 8) })])))
        {
            var (probe, file) = await MeasureAsync(sample, plan);

            probe.Kl.ShouldBeLessThan(0.5 * file.Kl);
            probe.Total.ShouldBe(file.Total);
        }
    }

    // All groups; and the first in FP32, whose output one reader sees quantized and the shortcut does not.
    private static Plan[] Plans(Sample sample, string calibrator)
    {
        var all = sample.Int8(calibrator);
        return [all, all.With([0], GroupDecision.Baseline)];
    }

    private static async Task<(WeightProbeResult Probe, AccuracyResult File)> MeasureAsync(Sample sample, Plan plan) => (
        await sample.EvaluateAsync<WeightProbeResult>(new ReconstructItem("context", plan, ReconstructionStep.Probe, 0)),
        await sample.EvaluateAsync<AccuracyResult>(new AccuracyItem("context", plan, ImageScope.Full)));

    // Codes from -127 to 127, of which each row has a 127.
    private static float[] OnGrid(int count, int seed, int row, int exponent)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(i => MathF.ScaleB(i % row == 0 ? 127 : random.Next(-127, 128), exponent))];
    }

    private static ModelGraph Graph(float[] first, float[] second, float[] third) => Sample.Graph(
        [("w1", [4, 1, 3, 3], first), ("b1", [4], Sample.Values(4, 2, 0.5)), ("w2", [4, 4, 1, 1], second), ("w3", [3, 4], third)],
        [
            Sample.Node("Conv", "c1", ["x", "w1", "b1"], ("pads", AttributeValue.Of([1L, 1, 1, 1]))), Sample.Node("Relu", "r1", ["c1"]),
            Sample.Node("Conv", "c2", ["r1", "w2"]), Sample.Node("Add", "a", ["c2", "r1"]), Sample.Node("Relu", "r2", ["a"]),
            Sample.Node("GlobalAveragePool", "g", ["r2"]),
            Sample.Node("Flatten", "f", ["g"]),
            Sample.Node("Gemm", "y", ["f", "w3"], ("transB", AttributeValue.Of(1L))),
        ],
        [-1, 1, 4, 4]);
}
