using FsCheck;
using FsCheck.Fluent;
using TorchSharp;
using static TorchSharp.torch;

namespace Cluster.Learning.Tests.Reconstruction.Rounding;

public sealed class RoundingVariableTests
{
    [Theory]
    [InlineData(0f, -2.397895f)]
    [InlineData(0.1f, -1.609438f)]
    [InlineData(0.25f, -0.887303f)]
    [InlineData(0.5f, 0f)]
    [InlineData(0.9f, 1.609438f)]
    public void Initial_Fraction_HasItAsItsRectifiedValue(float fraction, float v)
    {
        RoundingVariable.Initial(fraction).ShouldBe(v, 1e-6f);
        RoundingVariable.Rectified(v).ShouldBe(fraction, 1e-6);
    }

    [Theory]
    [InlineData(-1, 0.222730)]
    [InlineData(1, 0.777270)]
    [InlineData(2, 0.956956)]
    [InlineData(2.397896, 1)]
    [InlineData(5, 1)]
    [InlineData(-5, 0)]
    public void Rectified_KnownPoints_HaveTheirValues(double v, double h) => RoundingVariable.Rectified(v).ShouldBe(h, 1e-6);

    [Fact]
    public void Harden_PairAtLimit_GivesKeptSafeCodes()
    {
        // 64.6 and 63.5 round to 65 and 64, one more than the 128 that a pair may add up to.
        float[] weights = [64.6f, 63.6f, 64.6f, -63.6f];
        var grid = Grid(1, -127, 127, 4) with { Pairs = new PairedCodes(1, 4, 4, 4, 1) };
        using var variable = new RoundingVariable(weights, [1, 4], grid);

        variable.Harden().ShouldBe([64, 64, 65, -64]);
        grid.Nearest(weights).ShouldBe(variable.Harden());
    }

    [Fact]
    public void Weights_AtFirst_AreTheWeightsWithinTheGrid()
    {
        // Scale 0.5, codes -2..1: -2 is clipped to -1, 0.9 to 0.5, the others are met exactly by h = fraction.
        using var variable = new RoundingVariable([-2f, -0.8f, 0.1f, 0.45f, 0.9f], [1, 5], Grid(0.5f, -2, 1, 5));

        float[] weights = TensorFactory.ToFloats(variable.Weights);

        weights[0].ShouldBe(-1f);
        weights[1].ShouldBe(-0.8f, 1e-6f);
        weights[2].ShouldBe(0.1f, 1e-6f);
        weights[3].ShouldBe(0.45f, 1e-6f);
        weights[4].ShouldBe(0.5f);
    }

    [Fact]
    public void Harden_Untrained_RoundsToNearestTiesUp()
    {
        float[] weights = [0.5f, 1.5f, -0.5f, -1.5f, 0.49f, 0.51f, -2.3f, 7f, -9f];
        var grid = Grid(1, -8, 7, weights.Length);
        using var variable = new RoundingVariable(weights, [1, weights.Length], grid);

        variable.Harden().ShouldBe(new sbyte[] { 1, 2, 0, -1, 0, 1, -2, 7, -8 });
        grid.Nearest(weights).ShouldBe(new sbyte[] { 0, 2, 0, -2, 0, 1, -2, 7, -8 });
    }

    [Fact]
    public void Step_SeveralTimes_EqualsTorchsAdamOverTheFormula()
    {
        // The published loop in Python's torch: autograd of s * clamp(floor + h(V), n, p) . g + lambda * sum(1 - |2h -
        // 1|^beta), torch.optim.Adam.
        float[] weights = Nets.Values(64, 5, 2);
        float[] gradient = Nets.Values(64, 6);
        double[] expected = PythonReference.Run("torch", """
            w = torch.from_numpy(x[:64]); g = torch.from_numpy(x[64:])
            s = 0.3
            fl = torch.floor(w / s); rest = w / s - fl
            v = torch.nn.Parameter(-torch.log(1.2 / (rest + 0.1) - 1))
            opt = torch.optim.Adam([v], lr=1e-2)
            for t in range(1, 31):
                opt.zero_grad()
                h = (1.2 * torch.sigmoid(v) - 0.1).clamp(0, 1)
                wq = s * torch.clamp(fl + h, -4, 3)
                loss = (wq * g).sum()
                if t > 5:
                    loss = loss + 0.05 * (1 - (2 * h - 1).abs().pow(6.0)).sum()
                loss.backward(); opt.step()
            h = (1.2 * torch.sigmoid(v) - 0.1).clamp(0, 1)
            print(' '.join(repr(float(a)) for a in torch.cat([v, s * torch.clamp(fl + h, -4, 3)])))
            """, [.. weights, .. gradient]);
        using var variable = new RoundingVariable(weights, [1, 64], Grid(0.3f, -4, 3, 64));
        using var first = TensorFactory.FromFloats([.. gradient.Select(value => value / 4)], [1, 64]);
        using var second = TensorFactory.FromFloats([.. gradient.Select(value => value * 3 / 4)], [1, 64]);
        for (int t = 1; t <= 30; t++)
        {
            variable.Iterate([first, second], 1e-2, t > 5 ? 0.05 : 0, 6);
        }

        float[] v = variable.V.ToArray();
        float[] soft = TensorFactory.ToFloats(variable.Weights);
        for (int i = 0; i < 64; i++)
        {
            // Where a gradient is nearly 0, Adam turns its rounding error into whole steps: the weights are what counts.
            ((double)soft[i]).ShouldBe(expected[64 + i], 2e-3, $"weight {i}, V {v[i]} against {expected[i]}");
        }
    }

    [Fact]
    public void Harden_AnyWeightsAndSteps_IsWithinOneOfTheFloorAndInRange() => Prop.ForAll(
        Gen.Choose(1, 100000).ToArbitrary(),
        seed =>
        {
            float[] weights = Nets.Values(40, seed, 3);
            int bits = 2 + (seed % 4);
            var grid = WeightGridSearch.Find(weights, [4, 10], 0, new WeightForm(bits));
            using var variable = new RoundingVariable(weights, [4, 10], grid);
            using var gradient = TensorFactory.FromFloats(Nets.Values(40, seed + 1), [4, 10]);
            for (int t = 0; t < 5; t++)
            {
                variable.Iterate([gradient], 0.5, t > 2 ? 0.1 : 0, 5);
            }

            sbyte[] codes = variable.Harden();
            float[] scales = grid.Expand(grid.Scales);
            float[] lows = grid.Expand([.. grid.Lows.Select(code => (float)code)]);
            float[] highs = grid.Expand([.. grid.Highs.Select(code => (float)code)]);
            return Enumerable.Range(0, 40).All(i =>
            {
                float floor = MathF.Floor(weights[i] / scales[i]);
                return codes[i] >= lows[i]
                    && codes[i] <= highs[i]
                    && (codes[i] == Math.Clamp(floor, lows[i], highs[i]) || codes[i] == Math.Clamp(floor + 1, lows[i], highs[i]));
            });
        }).QuickCheckThrowOnFailure();

    private static WeightGrid Grid(float scale, int low, int high, int count) => new([1, count], 0, [scale], [low], [high]);
}
