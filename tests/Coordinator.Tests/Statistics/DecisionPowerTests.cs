namespace Cluster.Coordinator.Tests.Statistics;

public sealed class DecisionPowerTests
{
    [Fact]
    public void Words_EightHundredImagesAndHalfAPoint_SayThatTheyCannotDecideAndWhatCan()
    {
        // sqrt(0.03 · 800 + 2) / 802 = 0.636 points; 0.5 / 0.636 − 0.8416 / √2 = 0.191, whose probability is 0.576.
        var power = DecisionPower.Of(800, new JobOptions());

        power.StandardError.ShouldBe(Math.Sqrt(26) / 802, 1e-12);
        power.ChanceAccepted(0.005).ShouldBe(0.576, 0.001);
        power.Words(0.005).ShouldBe(
            "800 evaluation images detect drops above 1.05 points, and reject 43 % of harmless plans at "
            + "--max-drop 0.5% (where quantization changes 3 % of the answers): for 10 %, give about 4,300 images or "
            + "--max-drop 1.2%.");
    }

    [Fact]
    public void Words_ThereAreEnoughImages_AskForNothing() =>
        DecisionPower.Of(10_000, new JobOptions()).Words(0.005).ShouldEndWith("(where quantization changes 3 % of the answers).");

    [Theory]
    [InlineData(0.005, 0.03)]
    [InlineData(0.02, 0.03)]
    [InlineData(0.005, 0.0)]
    [InlineData(0.001, 0.1)]
    public void ImagesFor_Bound_IsLeastSufficientNumber(double bound, double discordant)
    {
        var images = DecisionPower.Of(1, new JobOptions(), discordant).ImagesFor(bound).ShouldNotBeNull();

        DecisionPower.Of(images, new JobOptions(), discordant).ChanceAccepted(bound).ShouldBeGreaterThanOrEqualTo(DecisionPower.Enough);
        DecisionPower.Of((int)(images * 0.89), new JobOptions(), discordant).ChanceAccepted(bound).ShouldBeLessThan(DecisionPower.Enough);
    }

    [Fact]
    public void ImagesFor_NoDrop_IsNoNumber()
    {
        DecisionPower.Of(800, new JobOptions()).ImagesFor(0).ShouldBeNull();
        DecisionPower.Of(800, new JobOptions()).Words(0).ShouldContain("give --max-drop");
    }

    [Theory]
    [InlineData(800)]
    [InlineData(3000)]
    public void Bound_OfSoManyImages_AcceptsNineOfTen(int images)
    {
        var power = DecisionPower.Of(images, new JobOptions());

        power.ChanceAccepted(power.Bound).ShouldBe(DecisionPower.Enough, 1e-9);
    }

    [Fact]
    public void Of_Rule_AsksForMoreTheSurerItIs()
    {
        static double Chance(JobOptions options) => DecisionPower.Of(800, options).ChanceAccepted(0.01);

        Chance(new JobOptions()).ShouldBeGreaterThan(Chance(new JobOptions { Confidence = 0.95 }));
    }

    [Theory]
    [InlineData(800, 0.005)]
    [InlineData(800, 0.016)]
    [InlineData(3000, 0.005)]
    public void ChanceAccepted_LosslessPlans_EqualsAcceptanceRate(int images, double bound)
    {
        const int Draws = 4000;
        var power = DecisionPower.Of(images, new JobOptions());
        var random = new SplitMix64(7);
        var accepted = 0;
        for (var draw = 0; draw < Draws; draw++)
        {
            var (lost, gained) = (0, 0);
            for (var i = 0; i < images; i++)
            {
                var chance = random.Below(1_000_000);
                lost += chance < 15_000 ? 1 : 0;
                gained += chance is >= 15_000 and < 30_000 ? 1 : 0;
            }

            var counts = new PairedCounts(lost, gained, images);
            var posterior = new DropPosterior();
            posterior.Add(counts, divergence: 0.01);
            var (mean, error) = posterior.Of(counts, divergence: 0.01);
            accepted += mean + (Normal.Quantile(0.8) * error) <= bound ? 1 : 0;
        }

        // Counts are whole: at half a point of 800 images, 4 of them, the normal is off by up to half an image.
        power.ChanceAccepted(bound).ShouldBe((double)accepted / Draws, 0.05);
    }
}
