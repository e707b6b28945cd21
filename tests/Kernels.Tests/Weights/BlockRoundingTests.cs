using Cluster.Kernels.Quantization.Blocks;
using Cluster.Kernels.Weights;

namespace Cluster.Kernels.Tests.Weights;

public sealed class BlockRoundingTests
{
    private const int Outputs = 12;
    private const int Inputs = 40;
    private const int Rows = 200;

    private static readonly BlockFormat Format = new(4, 16);

    [Fact]
    public void Gptq_ThreeWeights_MovesWhatTheFirstOneLostToTheSecond()
    {
        // Scale 1. The first weight becomes 1, 0.4 more than it was; half of that moves the second from 7.4 to 7.6.
        float[] weights = [0.6f, 7.4f, 15f];
        double[][] factor = [[1, 0.5, 0], [0, 1, 0], [0, 0, 1]];

        BlockRounding.Nearest(weights, 1, 3, Format).Codes.ShouldBe([1, 7, 15]);
        BlockRounding.Gptq(weights, 1, 3, Format, factor).Codes.ShouldBe([1, 8, 15]);
    }

    [Fact]
    public void Gptq_IndependentInputs_RoundsToNearest() =>
        Prop.ForAll(Gen.Choose(-1000, 1000).ArrayOf(2 * Inputs).ToArbitrary(), values =>
        {
            float[] weights = [.. values.Select(value => value / 300f)];
            double[][] factor = [.. Enumerable.Range(0, Inputs).Select(_ => new double[Inputs])];
            for (int i = 0; i < Inputs; i++)
            {
                factor[i][i] = 2;
            }

            var nearest = BlockRounding.Nearest(weights, 2, Inputs, Format);
            var adapted = BlockRounding.Gptq(weights, 2, Inputs, Format, factor);
            return nearest.Codes.SequenceEqual(adapted.Codes) && nearest.Scales.SequenceEqual(adapted.Scales)
                && nearest.ZeroPoints.SequenceEqual(adapted.ZeroPoints);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Nearest_AnyWeights_IsWithinHalfAStep() =>
        Prop.ForAll(Gen.Choose(-1000, 1000).ArrayOf(2 * Inputs).ToArbitrary(), values =>
        {
            float[] weights = [.. values.Select(value => value / 300f)];
            var codes = BlockRounding.Nearest(weights, 2, Inputs, Format);
            float[] decoded = codes.Decoded();

            // The ends of a range may be a whole step away: the zero point is rounded too.
            return Enumerable.Range(0, weights.Length).All(i => Math.Abs(weights[i] - decoded[i])
                <= codes.Scales[(i / Inputs * codes.Blocks) + (i % Inputs / Format.Block)] * 1.001);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Gptq_RandomLayer_HasTheCodesOfTorch()
    {
        var (rows, weights) = Data();
        var moments = new InputMoments(Inputs);
        moments.Add(rows);
        var codes = BlockRounding.Gptq(weights, Outputs, Inputs, Format, InverseFactor.Of(moments.Sums()));

        // Frantar et al., algorithm 1: the upper Cholesky factor of the damped inverse, a grid for each block of 16.
        double[] expected = PythonReference.Run(
            "torch",
            $"""
                rows, n, k = {Rows}, {Outputs}, {Inputs}
                X = torch.from_numpy(x[:rows * k]).double().reshape(rows, k)
                W = torch.from_numpy(x[rows * k:]).double().reshape(n, k).clone()
                H = X.t() @ X
                H += 0.01 * torch.diag(H).mean() * torch.eye(k, dtype=torch.float64)
                U = torch.linalg.cholesky(torch.cholesky_inverse(torch.linalg.cholesky(H)), upper=True)
                for i in range(k):
                    if i % 16 == 0:
                        b = W[:, i:i + 16]
                        lo, hi = b.min(1).values.clamp(max=0), b.max(1).values.clamp(min=0)
                        s = ((hi - lo) / 15).float().double()
                        z = torch.round(-lo / s).clamp(0, 15)
                    q = (torch.round(W[:, i] / s) + z).clamp(0, 15)
                    e = (W[:, i] - ((q - z).float() * s.float()).double()) / U[i, i]
                    W[:, i + 1:] -= e[:, None] * U[i, i + 1:][None, :]
                    print(*[int(c) for c in q])
            """.Replace("\n    ", "\n", StringComparison.Ordinal).TrimStart(),
            [.. rows, .. weights]);

        for (int input = 0; input < Inputs; input++)
        {
            for (int output = 0; output < Outputs; output++)
            {
                ((double)codes.Codes[(output * Inputs) + input])
                    .ShouldBe(expected[(input * Outputs) + output], $"weight {output}, {input}");
            }
        }
    }

    // Inputs that follow each other are alike, as neighbouring features are.
    private static (float[] Rows, float[] Weights) Data()
    {
        var random = new Random(3);
        float[] rows = new float[Rows * Inputs];
        for (int i = 0; i < rows.Length; i++)
        {
            float own = (float)((2 * random.NextDouble()) - 1);
            rows[i] = i % Inputs == 0 ? own : (0.9f * rows[i - 1]) + (0.4f * own);
        }

        return (rows, [.. Enumerable.Range(0, Outputs * Inputs).Select(_ => (float)((2 * random.NextDouble()) - 1))]);
    }
}
