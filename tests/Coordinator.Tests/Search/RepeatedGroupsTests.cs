using Cluster.Coordinator.Json;
using Cluster.Coordinator.Model;
using Cluster.Coordinator.Model.Options;
using Cluster.Coordinator.Plans;
using Cluster.Coordinator.Search;
using Cluster.Coordinator.Search.Strategies;
using Cluster.Coordinator.Tests.Support;
using Cluster.Coordinator.Work;
using Cluster.Simulation;

namespace Cluster.Coordinator.Tests.Search;

/// <summary>A block of four groups, three times: the third group of a block is the sensitive one.</summary>
public sealed class RepeatedGroupsTests
{
    private const int Block = 4;

    private static readonly SyntheticNetwork Network = new()
    {
        Damage = [.. Enumerable.Range(0, 12).Select(i => i % Block == 2 ? 0.01 : 0.0002)],
        Float32Ms = [.. Enumerable.Repeat(1.0, 12)],
        Int8Ms = [.. Enumerable.Repeat(0.4, 12)],
        Patterns = [.. Enumerable.Range(0, 12).Select(i => i == 11 ? "last" : $"p{i % Block}")],
        Images = 4000,
    };

    [Fact]
    public void Whole_PatternsWithSeveralGroups_AreThoseThatMayBeQuantized()
    {
        var patterns = new RepeatedGroups(Memory(
            options => options with { Patterns = PatternMoves.Together, KeepFloat32 = ["g04", "g03"] }));

        patterns.Whole.ShouldBe([[0, 8], [1, 5, 9], [2, 6, 10]], "of the fourth pattern one group is left");
        patterns.With(9).ShouldBe([1, 5, 9]);
        patterns.With(4).ShouldBe([4]);
        new RepeatedGroups(Memory(options => options)).Whole.ShouldBeEmpty("as in jobs of older versions");
    }

    [Fact]
    public void Split_PlansThatDifferInAPattern_LeaveTheOthersWhole()
    {
        var patterns = new RepeatedGroups(Memory(options => options with { Patterns = PatternMoves.Together }));
        var plan = Plan.Uniform(GroupFormat.Int8, "t", Network.Space.Groups.Select(group => group.Name), "mse", biasCorrection: true);

        patterns.Split(plan, plan.With([11], GroupDecision.Baseline)).ShouldBeFalse();
        patterns.Split(plan, plan.With([2, 6, 10], GroupDecision.Baseline)).ShouldBeTrue();

        patterns.Whole.ShouldBe([[0, 4, 8], [1, 5, 9], [3, 7]]);
        (patterns.IsInWhole(6), patterns.IsInWhole(5)).ShouldBe((false, true));
        (patterns.SplitAll(), patterns.SplitAll()).ShouldBe((true, false));
    }

    [Fact]
    public async Task Run_Together_GroupsOfAPatternMoveAtOnceAndAreSplitWhereThatIsTooMuch()
    {
        // Two of the three sensitive groups have to go.
        var network = Searched(options => options with { Methods = ["mse"] });
        var journal = new MemoryJournal();

        var outcome = await Jobs.RunAsync(network, journal);

        var asked = journal.Events.OfType<Cluster.Coordinator.Journal.RoundProposed>()
            .Where(round => round.Purpose.StartsWith("skips", StringComparison.Ordinal))
            .SelectMany(round => round.Items.Select(item => item.Item))
            .OfType<AccuracyItem>()
            .Select(item => string.Join(' ', FloatsOf(item.Plan)))
            .ToArray();
        asked[..5].ShouldBe([string.Empty, "2 6 10", "11", "0 4 8", "3 7"], "the start, then patterns, and the group that is alone");
        asked[5..8].ShouldBe(["2", "6", "10"], "the first was enough, so its groups follow");
        FloatsOf(outcome.Winner.Plan).Length.ShouldBe(2);
        FloatsOf(outcome.Winner.Plan).ShouldAllBe(group => group % Block == 2);
    }

    [Theory]
    [InlineData(StrategyKind.Greedy)]
    [InlineData(StrategyKind.Anneal)]
    public async Task Run_Together_ResumesToTheSameJournalAndKeepsTheBound(StrategyKind strategy)
    {
        var network = Searched(options => options with { Strategy = strategy });
        var whole = new MemoryJournal();
        var outcome = await Jobs.RunAsync(network, whole);

        network.DamageOf(outcome.Winner.Plan).ShouldBeLessThanOrEqualTo(0.015 + 0.002);
        await SameJournal.FromStopsAsync(network, whole, kept => kept % 29 == 0);
    }

    [Fact]
    public void Digest_Patterns_AreNoPartOfASpacesIdentity()
    {
        var space = Network.Space;

        (Network with { Patterns = null }).Space.Digest.ShouldBe(space.Digest);
        space.Digest.ShouldBe(CanonicalJson.Digest((Network with { Patterns = null }).Space), "as older versions have it");
        new JobOptions { Patterns = PatternMoves.Apart }.Decided(hasTrainingImages: false).Patterns.ShouldBeNull();
    }

    private static SyntheticNetwork Searched(Func<JobOptions, JobOptions> choose) => Network with
    {
        Spec = Network.Spec.Choosing(options => choose(options) with { Patterns = PatternMoves.Together, MaxDrop = 0.015 }),
    };

    private static SearchMemory Memory(Func<JobOptions, JobOptions> choose) => new(Network.Spec.Choosing(choose), Network.Space);

    private static int[] FloatsOf(Plan plan) =>
        [.. Enumerable.Range(0, plan.Groups.Count).Where(group => plan.Groups[group].Format.IsBaseline)];
}
