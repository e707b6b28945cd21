namespace Cluster.Cli.Tests.Reproductions;

public sealed class DiffsObserverTests
{
    // By hand: 9 does not overflow 4 bits (-8 to 7) from p = -1 on, of scale 2, where forty 0.25 become 0 and forty 0.75 become 0: 40 *
    // 0.0625 + 40 * 0.5625 + 0 = 25. With p = 0 the 0.75 become 1, and 8 becomes 7: 40 * 0.0625 + 40 * 0.0625 + 1 = 6. With p = 1 the
    // 0.25 round to even, 0, the 0.75 to 1, and 8 becomes 3.5: 2.5 + 2.5 + 20.25 = 25.25.
    [Fact]
    public void Add_FarOutlier_ClipsAtLeastCost()
    {
        float[] values = [.. Enumerable.Repeat(0.25f, 40), .. Enumerable.Repeat(0.75f, 40), 8];

        new DiffsObserver(4).Add(values).ShouldBe(0);
        new DiffsObserver(8).Add(values).ShouldBe(3);
    }

    // By hand: 127 / 1.4027 and 128 / 1.8102 have 6 whole binary digits, 128 / 2.2461 has 5; to clip the largest costs more than it saves.
    [Fact]
    public void Add_DocumentedTensors_AreFinestWithoutOverflow() =>
        VitisExamples.Diffs(8).Batches.ShouldBe([6, 5]);

    [Fact]
    public void Choose_Batches_IsTheMostFrequentAndOfEqualOnesTheCoarser()
    {
        var observer = new DiffsObserver(8);
        int fine = observer.Add([1]);
        int coarse = observer.Add([100]);
        observer.Choose().ShouldBe(coarse);
        observer.Add([1]);

        observer.Choose().ShouldBe(fine);
    }

    [Theory]
    [InlineData(0f, 100)]
    [InlineData(-128f, 0)]
    [InlineData(127f, 0)]
    [InlineData(128f, -1)]
    public void Add_OneValue_DoesNotOverflow(float value, int position) => new DiffsObserver(8).Add([value]).ShouldBe(position);

    [Fact]
    public void Choose_NothingObserved_IsRefused() => Should.Throw<InvalidOperationException>(() => new DiffsObserver(8).Choose());
}
