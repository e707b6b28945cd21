namespace Cluster.Coordinator.Tests.Statistics;

public sealed class PairedLossesTests
{
    // Tables of the t distribution, for 0.975 and 0.95.
    [Theory]
    [InlineData(0.975, 10, 2.228139, 2e-4)]
    [InlineData(0.975, 30, 2.042272, 1e-5)]
    [InlineData(0.95, 30, 1.697261, 1e-5)]
    [InlineData(0.95, 100, 1.660234, 1e-6)]
    [InlineData(0.995, 20, 2.845340, 1e-3)]
    public void FromNormal_Quantiles_AreThoseOfTables(double probability, int freedom, double expected, double tolerance) =>
        Student.FromNormal(Normal.Quantile(probability), freedom).ShouldBe(expected, tolerance);

    [Theory]
    [InlineData(10)]
    [InlineData(50)]
    [InlineData(800)]
    public void ToNormal_UndoesFromNormal(int freedom)
    {
        foreach (double normal in (double[])[-2.5, -1, 0, 0.5, 1.645, 3])
        {
            Student.ToNormal(Student.FromNormal(normal, freedom), freedom).ShouldBe(normal, 1e-2);
        }
    }

    [Fact]
    public void Of_HandComputed_IsMeanDeviationAndSkewness()
    {
        // Differences 0, 0, 0, 4: mean 1; squares 1, 1, 1, 9; cubes -1, -1, -1, 27.
        var losses = PairedLosses.Of([0, 0, 0, 4]);

        losses.Drop.ShouldBe(1);
        losses.Deviation.ShouldBe(2);
        losses.StandardError.ShouldBe(1);
        losses.Skewness.ShouldBe(24.0 / 4 / Math.Pow(3, 1.5), 1e-12);
        losses.Words.ShouldBe("over 4 samples");
    }

    [Fact]
    public void DropInterval_NoSkewness_IsStudentsT()
    {
        // -1 and 1, 15 times each, about 2: standard error √(30/29)/√30.
        var losses = PairedLosses.Of([.. Enumerable.Range(0, 30).Select(i => 2.0 + (i % 2 == 0 ? -1 : 1))]);

        var interval = losses.DropInterval(0.95);

        double half = 2.045230 * Math.Sqrt(1.0 / 29);
        interval.Low.ShouldBe(2 - half, 1e-5);
        interval.High.ShouldBe(2 + half, 1e-5);
        losses.DropUpperBound(0.95).ShouldBe(2 + (1.699127 * Math.Sqrt(1.0 / 29)), 1e-5);
    }

    [Fact]
    public void DropUpperBound_SkewedLosses_HoldsAboutAsOftenAsItSays()
    {
        const int Trials = 4000;
        const int Samples = 100;
        var random = new Random(11);
        int held = 0, byPlainT = 0;
        for (int trial = 0; trial < Trials; trial++)
        {
            var losses = PairedLosses.Of([.. Enumerable.Range(0, Samples).Select(_ => -Math.Log(1 - random.NextDouble()))]);
            held += losses.DropUpperBound(0.95) >= 1 ? 1 : 0;
            byPlainT += (losses with { Skewness = 0 }).DropUpperBound(0.95) >= 1 ? 1 : 0;
        }

        (held / (double)Trials).ShouldBeInRange(0.93, 0.965);
        byPlainT.ShouldBeLessThan(held);
    }

    [Fact]
    public void ChanceOfSuch_NoDifference_IsOneAndAConstantOneIsNone()
    {
        PairedLosses.Of([1, -1, 2, -2]).ChanceOfSuch.ShouldBe(1);
        PairedLosses.Of([1, 1, 1]).ChanceOfSuch.ShouldBe(0);
        PairedLosses.Of([.. Enumerable.Range(0, 40).Select(i => i % 4 == 0 ? 5.0 : 1)]).ChanceOfSuch.ShouldBeLessThan(1e-4);
    }

    [Fact]
    public void Of_Results_PairsTheSamplesOfTheScope()
    {
        var reference = Result(1, 2, 3, 4, 5, 6);
        var scope = ImageScope.Subset(3, seed: 4);
        int[] indices = scope.Indices(6);
        var candidate = Result([.. indices.Select(index => index + 1.5f)]);

        PairedDrop.Of(reference, candidate, scope).ShouldBeOfType<PairedLosses>().Drop.ShouldBe(0.5, 1e-6);
        Should.Throw<JobException>(() => PairedDrop.Of(reference, candidate, ImageScope.Full)).Message.ShouldContain("--fresh");
        Should.Throw<JobException>(() => PairedDrop.Of(reference, Sample.Accuracy([true, true, true, true, true, true]), ImageScope.Full))
            .Message.ShouldContain("the same metric");
    }

    [Fact]
    public void Halve_Losses_AreSumsOverTheHalves()
    {
        var halves = new RandomHalves(6, seed: 3);
        var drop = halves.Halve(Result(0, 0, 0, 0, 0, 0), Result(1, 2, 3, 4, 5, 6));

        drop.Counts.Drop.ShouldBe(3.5, 1e-6);
        for (int draw = 0; draw < HalvedDrop.Draws; draw++)
        {
            drop.Flattery(draw).ShouldBe(-drop.Flattery(draw ^ 1), 1e-9);
        }
    }

    private static AccuracyResult Result(params float[] losses) => Sample.Accuracy([.. losses.Select(_ => false)]) with
    {
        CorrectBits = [],
        Losses = SampleLosses.Pack(losses),
    };
}
