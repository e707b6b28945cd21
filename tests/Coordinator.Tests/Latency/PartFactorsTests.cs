using FsCheck;

namespace Cluster.Coordinator.Tests.Latency;

public sealed class PartFactorsTests
{
    private static readonly FactorPrior Prior = new(SharedDeviation: 0.2, OwnDeviation: 0.2, Noise: 0.05);

    [Fact]
    public void Solve_OneTotal_IsThePosteriorByHand()
    {
        // Variance of the total: (0.04 + 0.04) 2² + (0.05 x 3)² = 0.3425; of its 1 ms too much each part takes its covariance with it.
        var factors = PartFactors.Solve([[2, 0, 0]], [3], [0, 0, 1], Prior);

        factors[0].ShouldBe(1 + (0.08 * 2 / 0.3425), 1e-12);
        factors[1].ShouldBe(1 + (0.04 * 2 / 0.3425), 1e-12);
        factors[2].ShouldBe(1, 1e-12);
    }

    [Fact]
    public void Solve_NothingMeasured_TrustsTheProfile() => PartFactors.Solve([], [], [0, 1], Prior).ShouldBe([1, 1]);

    [Fact]
    public void Solve_AnyTotals_IsTheLeastOfTheWeightedSquares() =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), IsTheLeastOfTheWeightedSquares).QuickCheckThrowOnFailure();

    private static void IsTheLeastOfTheWeightedSquares(int seed)
    {
        // The primal form: own and shared deviations as variables of their own, each with its penalty.
        var random = new SplitMix64((ulong)(uint)seed);
        double Unit() => random.Below(1_000_000) / 1e6;
        var (count, parts, kindCount) = (1 + random.Below(12), 2 + random.Below(8), 1 + random.Below(3));
        int[] kinds = [.. Enumerable.Range(0, parts).Select(part => part < kindCount ? part : random.Below(kindCount))];
        kindCount = kinds.Max() + 1;
        double[][] rows = [.. Enumerable.Range(0, count).Select(_ =>
            Enumerable.Range(0, parts).Select(_ => random.Below(2) * Unit()).Append(0.01).Take(parts).ToArray())];
        double[] totals = [.. rows.Select(row => (0.5 + Unit()) * (row.Sum() + 0.1))];

        var size = parts + kindCount;
        var matrix = new double[size, size];
        var right = new double[size];
        for (var i = 0; i < size; i++)
        {
            matrix[i, i] = 1 / (i < parts ? Prior.OwnDeviation * Prior.OwnDeviation : Prior.SharedDeviation * Prior.SharedDeviation);
        }

        foreach (var (row, total) in rows.Zip(totals))
        {
            double[] wide = [.. row, .. Enumerable.Range(0, kindCount).Select(kind => row.Where((_, part) => kinds[part] == kind).Sum())];
            var weight = 1 / (Prior.Noise * total * Prior.Noise * total);
            for (var i = 0; i < size; i++)
            {
                right[i] += weight * wide[i] * (total - row.Sum());
                for (var j = 0; j < size; j++)
                {
                    matrix[i, j] += weight * wide[i] * wide[j];
                }
            }
        }

        var primal = PositiveDefinite.Solve(matrix, right);

        var factors = PartFactors.Solve(rows, totals, kinds, Prior);
        for (var part = 0; part < parts; part++)
        {
            factors[part].ShouldBe(1 + primal[part] + primal[parts + kinds[part]], 1e-6);
        }
    }
}
