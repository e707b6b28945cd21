namespace Cluster.Kernels.Tests.Metrics;

public sealed class OutputDivergenceTests
{
    // Signal 1 + 4 + 4 + 16 = 25, noise 0.25 + 0 + 1 + 0 = 1.25.
    private static readonly float[] Reference = [1, 2, 2, 4];
    private static readonly float[] Outputs = [1.5f, 2, 1, 4];

    [Fact]
    public void Of_Values_IsHalfOfNoiseOverSignal()
    {
        OutputDivergence.Of(OutputKind.Values, Reference, Outputs, 2).ShouldBe(0.025, 1e-9);
        OutputDivergence.Of(OutputKind.Values, Reference, Reference, 2).ShouldBe(0);
    }

    [Fact]
    public void Of_Scores_IsTheKlOfTheirSoftmax() =>
        OutputDivergence.Of(OutputKind.Scores, Reference, Outputs, 2).ShouldBe(LogitsKl.Of(Reference, Outputs, 2));

    [Fact]
    public void Of_WholeNumbers_IsTheShareThatDiffers() => OutputDivergence.Of(OutputKind.Whole, Reference, Outputs, 2).ShouldBe(0.5);

    [Fact]
    public void Of_ValuesWithoutPower_StaysFinite()
    {
        OutputDivergence.Of(OutputKind.Values, [0, 0], [0, 3], 1).ShouldBe(0.5);
        OutputDivergence.Of(OutputKind.Values, [0, 0], [0, 0], 1).ShouldBe(0);
    }

    [Fact]
    public void Of_ValuesInAnotherUnit_IsTheSame() =>
        Prop.ForAll<int, int, int>((a, b, exponent) =>
        {
            float unit = MathF.Pow(2, exponent % 10);
            float[] before = [a % 100, b % 100];
            float[] after = [b % 50, a % 50];
            double here = OutputDivergence.Of(OutputKind.Values, before, after, 1);
            double there = OutputDivergence.Of(
                OutputKind.Values, [before[0] * unit, before[1] * unit], [after[0] * unit, after[1] * unit], 1);
            return Math.Abs(here - there) <= 1e-6 * here;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Of_OtherShapes_IsRefused()
    {
        Should.Throw<KernelException>(() => OutputDivergence.Of(OutputKind.Values, [1, 2], [1], 1));
        Should.Throw<KernelException>(() => OutputDivergence.Of(OutputKind.Scores, [1, 2], [1], 1));
    }
}
