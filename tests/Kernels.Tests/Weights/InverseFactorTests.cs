using Cluster.Kernels.Weights;

namespace Cluster.Kernels.Tests.Weights;

public sealed class InverseFactorTests
{
    [Fact]
    public void Of_InputThatWasAlwaysZero_CountsAsOne()
    {
        // The diagonal becomes 4 and 1, and 1 % of its mean is added.
        double[][] factor = InverseFactor.Of([[4, 0], [0, 0]]);

        factor[0][0].ShouldBe(1 / Math.Sqrt(4.025), 1e-12);
        factor[1][1].ShouldBe(1 / Math.Sqrt(1.025), 1e-12);
        factor[0][1].ShouldBe(0, 1e-12);
        factor[1][0].ShouldBe(0);
    }

    [Fact]
    public void Of_Moments_IsTheUpperFactorOfTheirInverse()
    {
        const int Size = 9;
        var random = new Random(1);
        var moments = new InputMoments(Size);
        moments.Add([.. Enumerable.Range(0, 50 * Size).Select(_ => (float)random.NextDouble())]);
        double[][] damped = moments.Sums();
        double damping = InverseFactor.Damping * Enumerable.Range(0, Size).Average(i => damped[i][i]);
        for (int i = 0; i < Size; i++)
        {
            damped[i][i] += damping;
        }

        double[][] factor = InverseFactor.Of(moments.Sums());

        for (int i = 0; i < Size; i++)
        {
            for (int j = 0; j < Size; j++)
            {
                double product = Enumerable.Range(0, Size).Sum(k => Inverse(i, k) * damped[k][j]);
                product.ShouldBe(i == j ? 1 : 0, 1e-9, $"{i}, {j}");
            }

            factor[i][..i].ShouldAllBe(below => below == 0);
        }

        double Inverse(int i, int j) => Enumerable.Range(0, Size).Sum(k => factor[k][i] * factor[k][j]);
    }

    [Fact]
    public void Add_TwoBatches_SumsProductsOfAllRows()
    {
        var moments = new InputMoments(2);
        moments.Add([1, 2, 3, 4]);
        moments.Add([5, 6]);

        moments.Sums().ShouldBe([[35, 44], [44, 56]]);
    }
}
