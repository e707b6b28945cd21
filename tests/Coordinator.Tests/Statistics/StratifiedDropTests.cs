using Cluster.Coordinator.Model;
using Cluster.Coordinator.Statistics;
using Cluster.Coordinator.Work;

namespace Cluster.Coordinator.Tests.Statistics;

public sealed class StratifiedDropTests
{
    private const int Images = 1000;

    [Fact]
    public void Drop_AndItsError_AreAsComputedByHand()
    {
        // 100 images tell; of the other 900 a ninth was looked at: each image of the sample stands for 9.
        var drop = new StratifiedDrop(NearLost: 30, NearGained: 10, Near: 100, Lost: 3, Gained: 1, Sampled: 100, Whole: 1000);

        drop.Total.ShouldBe(200);
        drop.Drop.ShouldBe(0.02 + (0.9 * 0.02), 1e-12);

        // 0.9 · √((0.04 − 0.02²) / 100 · (1 − 100 / 900))
        drop.StandardError.ShouldBe(0.0168855, 1e-6);
        drop.Words.ShouldBe("of 100 telling images 30 lost and 10 gained, of 100 others 3 and 1");
        new Feasibility(0.005, null).CanBeFeasible(drop, Images).ShouldBeTrue("0.038 less two errors");
        new Feasibility(0.001, null).CanBeFeasible(drop with { NearLost = 60 }, Images).ShouldBeFalse();
    }

    [Fact]
    public void Drop_SampleOfAllOthers_IsThatOfTheWholeSetWithoutError()
    {
        var drop = new StratifiedDrop(NearLost: 5, NearGained: 2, Near: 100, Lost: 4, Gained: 1, Sampled: 900, Whole: 1000);

        (drop.Drop, drop.StandardError).ShouldBe((0.006, 0));
    }

    [Fact]
    public void Of_ManySamples_IsUnbiasedAndTheIntervalHolds()
    {
        var random = new SplitMix64(7);
        var reference = Answers(_ => true);

        // Most of what the candidate loses is among the first 200 images, and those are said to tell.
        var candidate = Answers(image => random.Below(image < 200 ? 5 : 100) != 0);
        var near = new byte[Images / 8];
        Array.Fill(near, (byte)0xFF, 0, 200 / 8);
        double whole = PairedCounts.Of(reference.CorrectBits, candidate.CorrectBits, Images).Drop;

        var drops = Enumerable.Range(0, 400).Select(seed =>
        {
            var scope = ImageScope.Telling(near, sampled: 100, seed);
            return (StratifiedDrop)PairedDrop.Of(reference, On(candidate, scope), scope);
        }).ToArray();

        drops.ShouldAllBe(drop => drop.Near == 200 && drop.Sampled == 100 && drop.Total == 300);
        drops.Average(drop => drop.Drop).ShouldBe(whole, 0.0015);
        drops.Count(drop => drop.DropInterval(0.95) is var interval && interval.Low <= whole && whole <= interval.High)
            .ShouldBeGreaterThan(370);

        // Of as many images drawn alike from the whole set the error is larger.
        var plain = PairedCounts.Of(reference, On(candidate, ImageScope.Subset(300, 1)), ImageScope.Subset(300, 1));
        drops.Average(drop => drop.StandardError).ShouldBeLessThan(plain.StandardError);
    }

    [Fact]
    public void Indices_TellingScope_HasItsImagesAndASampleOfTheOthersInOrder()
    {
        byte[] near = [0b1000_0001, 0, 0b10];

        int[] indices = ImageScope.Telling(near, sampled: 4, seed: 3).Indices(24);

        indices.Length.ShouldBe(7);
        indices.ShouldBe(indices.Order());
        indices.ShouldBeUnique();
        indices.ShouldContain(0);
        indices.ShouldContain(7);
        indices.ShouldContain(17);
        ImageScope.Telling(near, sampled: 4, seed: 3).ShouldBe(ImageScope.Telling([.. near], sampled: 4, seed: 3));
        ImageScope.Telling(near, sampled: 4, seed: 4).Indices(24).ShouldNotBe(indices);
        ImageScope.Telling(near, sampled: 21, seed: 3).Indices(24).ShouldBe(Enumerable.Range(0, 24));
    }

    private static AccuracyResult Answers(Func<int, bool> isRight)
    {
        var bits = new byte[Images / 8];
        for (var i = 0; i < Images; i++)
        {
            bits[i / 8] |= (byte)((isRight(i) ? 1 : 0) << (i % 8));
        }

        return Result(bits, Images);
    }

    private static AccuracyResult On(AccuracyResult whole, ImageScope scope)
    {
        var indices = scope.Indices(whole.Total);
        var bits = new byte[(indices.Length + 7) / 8];
        for (var i = 0; i < indices.Length; i++)
        {
            bits[i / 8] |= (byte)((whole.CorrectBits[indices[i] / 8] >> (indices[i] % 8) & 1) << (i % 8));
        }

        return Result(bits, indices.Length);
    }

    private static AccuracyResult Result(byte[] bits, int total) => new()
    {
        Correct = bits.Sum(part => int.PopCount(part)),
        Total = total,
        Kl = 0,
        Agree = total,
        CorrectBits = bits,
        ArtefactSha256 = "a",
        SizeBytes = 1,
        Bops = 1,
    };
}
