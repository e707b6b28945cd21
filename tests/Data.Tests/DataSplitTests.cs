namespace Cluster.Data.Tests;

public class DataSplitTests
{
    // Reference outputs of SplitMix64 for the seed 1234567, as published with the algorithm.
    [Fact]
    public void Next_ReferenceSeed_GivesReferenceOutputs()
    {
        SplitMix64 random = new(1234567);

        ulong[] outputs = [random.Next(), random.Next(), random.Next(), random.Next(), random.Next()];

        outputs.ShouldBe([6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431, 16408922859458223821]);
    }

    // From an independent implementation in Python (integers of any size, rejection at 2**64 - 2**64 % n).
    [Theory]
    [InlineData(1, new[] { 4, 2, 8, 1, 9, 3, 0, 6, 7, 5 })]
    [InlineData(42, new[] { 0, 9, 5, 8, 6, 4, 7, 2, 1, 3 })]
    [InlineData(-7, new[] { 5, 6, 9, 8, 7, 3, 4, 1, 0, 2 })]
    public void Of_TenAndSeed_IsTheReferencePermutation(long seed, int[] expected) => SeededPermutation.Of(10, seed).ShouldBe(expected);

    [Fact]
    public void Seeded_Thousand_IsTheReferenceSplit()
    {
        DataSplit split = DataSplit.Seeded(1000, 2026, 8);

        split.Calibration.ShouldBe([484, 312, 727, 66, 599, 505, 635, 565]);
        split.Evaluation.Count.ShouldBe(992);
    }

    [Fact]
    public void Seeded_AnySizes_IsDisjointAndComplete()
    {
        Gen<(int Count, int Seed, int Calibration)> sizes =
            from count in Gen.Choose(2, 300)
            from seed in Gen.Choose(int.MinValue, int.MaxValue)
            from calibration in Gen.Choose(1, count - 1)
            select (count, seed, calibration);
        Prop.ForAll(sizes.ToArbitrary(), s =>
        {
            DataSplit split = DataSplit.Seeded(s.Count, s.Seed, s.Calibration);
            return split.Calibration.Count == s.Calibration
                && split.Calibration.Concat(split.Evaluation).Order().SequenceEqual(Enumerable.Range(0, s.Count));
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    [InlineData(int.MaxValue)]
    public void Seeded_NothingLeftForARole_IsRefused(int calibration) =>
        Should.Throw<KernelException>(() => DataSplit.Seeded(10, 1, calibration)).Message.ShouldContain("10 images cannot be split into");
}
