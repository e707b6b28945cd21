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
    public void Add_TwoBatches_SumsProductsOfAllRows()
    {
        var moments = new InputMoments(2);
        moments.Add([1, 2, 3, 4]);
        moments.Add([5, 6]);

        moments.Sums().ShouldBe([[35, 44], [44, 56]]);
    }
}
