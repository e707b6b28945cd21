using Cluster.Coordinator.Search.Speculation;

namespace Cluster.Coordinator.Tests.Search.Speculation;

public sealed class LikelyItemsTests
{
    /// <summary>Every round of a search is a function of what came before it, so what is known foretells it.</summary>
    [Theory]
    [InlineData(StrategyKind.Greedy)]
    [InlineData(StrategyKind.Anneal)]
    [InlineData(StrategyKind.Knapsack)]
    [InlineData(StrategyKind.Ladder)]
    public async Task Of_AllOfTheRoundIsKnown_IsTheNextRound(StrategyKind strategy)
    {
        var network = Networks.Sensitive.By(strategy);
        var events = await RunAsync(network);
        var results = Results(events);

        foreach (var (before, next) in Rounds(events))
        {
            var round = ((RoundProposed)before[^1]).Items.Select(item => item.Item).ToHashSet();

            var likely = LikelyItems.Of(
                before, () => SearchStrategies.Of(network.Spec.Options), item => round.Contains(item) ? results[item] : null);

            likely.Take(next.Count).ShouldBe(next);
        }
    }

    [Fact]
    public async Task Of_NothingOfTheRoundIsKnown_ForeseesMuchOfWhatASearchWithSkipsAsksFor()
    {
        var network = Networks.Sensitive.By(StrategyKind.Greedy);
        var events = await RunAsync(network);
        var skips = Rounds(events).Where(pair => ((RoundProposed)pair.Before[^1]).Purpose.StartsWith("skips", StringComparison.Ordinal))
            .ToArray();

        var foreseen = skips.Sum(pair => LikelyItems.Of(pair.Before, () => SearchStrategies.Of(network.Spec.Options), _ => null)
            .Intersect(pair.Next)
            .Count());

        skips.ShouldNotBeEmpty();
        foreseen.ShouldBeGreaterThan(skips.Sum(pair => pair.Next.Count) / 2);
    }

    [Fact]
    public async Task Of_AnyNetwork_NamesNothingTwiceNothingKnownAndNoTestData()
    {
        for (var seed = 0UL; seed < 4; seed++)
        {
            var random = Networks.Random(seed);
            var network = random with { Spec = random.Spec with { Data = random.Spec.Data with { Test = "test" } } };
            foreach (var (before, _) in Rounds(await RunAsync(network)).Where((_, i) => i % 3 == 0))
            {
                var asked = before.OfType<RoundProposed>().SelectMany(round => round.Items).Select(item => item.Item).ToArray();

                var likely = LikelyItems.Of(before, () => SearchStrategies.Of(network.Spec.Options), _ => null);

                likely.ShouldBeUnique();
                likely.Count.ShouldBeLessThanOrEqualTo(LikelyItems.Most);
                likely.Intersect(asked).ShouldBeEmpty();
                likely.Where(item => item.IsExclusive || item is TestItem).ShouldBeEmpty();
            }
        }
    }

    [Fact]
    public async Task Of_FirstRound_SaysNothing()
    {
        var network = Networks.Sensitive;
        var (before, _) = Rounds(await RunAsync(network))[0];

        LikelyItems.Of(before, () => SearchStrategies.Of(network.Spec.Options), _ => null)
            .ShouldBeEmpty("how FP32 does is not known yet");
    }

    private static async Task<IReadOnlyList<JournalEvent>> RunAsync(SyntheticNetwork network) =>
        [.. (await Jobs.JournalAsync(network)).Events.Where(recorded => recorded is not (AttemptStarted or AttemptFailed))];

    private static Dictionary<WorkItem, WorkResult> Results(IReadOnlyList<JournalEvent> events) =>
        events.OfType<ItemCompleted>().ToDictionary(
            ended => events.OfType<RoundProposed>().SelectMany(round => round.Items).Single(item => item.Sequence == ended.Sequence).Item,
            ended => ended.Result);

    // The events up to a round, and what of the next one may be done before it is asked for.
    private static List<(IReadOnlyList<JournalEvent> Before, IReadOnlyList<WorkItem> Next)> Rounds(IReadOnlyList<JournalEvent> events)
    {
        var at = Enumerable.Range(0, events.Count).Where(i => events[i] is RoundProposed).ToArray();
        return [.. at.Zip(at.Skip(1)).Select(pair => (
            (IReadOnlyList<JournalEvent>)[.. events.Take(pair.First + 1)],
            (IReadOnlyList<WorkItem>)[.. ((RoundProposed)events[pair.Second]).Items.Select(item => item.Item)
                .Where(item => !item.IsExclusive && item is not TestItem)]))];
    }
}
