namespace Cluster.Kernels.Tests.Metrics;

public sealed class AccuracyTests
{
    [Fact]
    public void Of_Logits_CountsTheLargestAndTheFirstOfEqualOnes()
    {
        float[] logits = [1, 3, 2, 5, 5, 0, -1, -2, -1];

        Accuracy.Predictions(logits, 3).ShouldBe([1, 0, 0]);
        Accuracy.Of(logits, 3, [1, 1, 0]).ShouldBe(new Accuracy(2, 3));
    }

    [Fact]
    public void Predictions_NaN_NeverWins() =>
        Accuracy.Predictions([float.NaN, 1, 2, float.NaN, float.NaN, float.NaN], 3).ShouldBe([2, -1]);

    [Theory]
    [InlineData(0, 1, true)]
    [InlineData(3, 1, false)]
    [InlineData(3, 2, true)]
    [InlineData(1, 3, true)]
    [InlineData(4, 3, false)]
    [InlineData(4, 4, true)]
    [InlineData(2, 5, false)]
    public void IsAmong_EqualLogitsAndNaN_TheFirstOfEqualOnesIsLarger(int label, int ranks, bool expected) =>
        // In order: 0 (5), 3 (5, later), 1 (3), 4 (1); 2 is NaN.
        Accuracy.IsAmong([5, 3, float.NaN, 5, 1], label, ranks).ShouldBe(expected);

    [Theory]
    [InlineData(1, new[] { 0 })]
    [InlineData(2, new[] { 0, 3 })]
    [InlineData(4, new[] { 0, 3, 1, 4 })]
    public void Top_EqualLogits_AreTheClassesThatIsAmongFinds(int ranks, int[] expected)
    {
        float[] row = [5, 3, 0, 5, 1];

        Accuracy.Top(row, ranks).ShouldBe(expected);
        Enumerable.Range(0, row.Length).Where(label => Accuracy.IsAmong(row, label, ranks)).ShouldBe(expected.Order());
    }

    [Fact]
    public void Among_OneRank_IsTopOneAndAllRanksAreAllImages()
    {
        float[] logits = [1, 3, 2, 5, 5, 0, -1, -2, -1];

        Accuracy.Among(logits, 3, [1, 1, 0], ranks: 1).ShouldBe(Accuracy.Of(logits, 3, [1, 1, 0]));
        Accuracy.Among(logits, 3, [1, 1, 0], ranks: 2).ShouldBe(new Accuracy(3, 3));
        Accuracy.Among(logits, 3, [0, 2, 1], ranks: 2).ShouldBe(new Accuracy(0, 3));
        Accuracy.Among(logits, 3, [0, 2, 1], ranks: 3).ShouldBe(new Accuracy(3, 3));
        Should.Throw<KernelException>(() => Accuracy.Among(logits, 3, [0, 1], ranks: 1)).Message.ShouldContain("2 labels");
    }

    [Fact]
    public void Of_ShapesDisagree_IsRefused()
    {
        Should.Throw<KernelException>(() => Accuracy.Of([1f, 2f, 3f], 2, [0]));
        Should.Throw<KernelException>(() => Accuracy.Of([1f, 2f], 2, [0, 1])).Message.ShouldContain("2 labels");
    }

    // HAWQ-V3's tables: ResNet-18 has 1858 G in FP32 and 116 G at W8A8, ResNet-50 3951 G and 247 G.
    [Theory]
    [InlineData(1_814_500_000, 32, 1858.048)]
    [InlineData(3_858_000_000, 8, 246.912)]
    public void Count_BitOperations_IsHawqsFigure(long products, int bits, double billions) =>
        (BitOperations.Count(products, bits, bits) / 1e9).ShouldBe(billions, 1e-9);
}
