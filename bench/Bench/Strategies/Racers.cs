using Cluster.Coordinator.Journal;
using Cluster.Coordinator.Model.Options;
using Cluster.Coordinator.Search;
using Cluster.Coordinator.Search.Strategies;

namespace Cluster.Bench.Strategies;

/// <summary>Who races: the product's strategies, and other tools' orders.</summary>
internal static class Racers
{
    public static IReadOnlyList<(string Name, Action<Race> Search)> All { get; } =
    [
        .. Enum.GetValues<StrategyKind>().Select(
            kind => (kind.ToString().ToLowerInvariant(), (Action<Race>)(race => Product(race, kind)))),
        ("NNCF's order", Rivals.Nncf),
        ("INC's order", Rivals.Inc),
        ("YOLOv6's order", Rivals.YoloV6),
    ];

    // Losses decide as measured, as they do for the other tools.
    private static void Product(Race race, StrategyKind kind)
    {
        var spec = race.Track.Spec;
        spec = spec with
        {
            Options = spec.Options with
            {
                Strategy = kind,
                Goal = race.Goal,
                Decision = DecisionRule.Measured,
                Ending = EndingKind.Selected,
            },
        };
        var state = JobState.Fold([new JobSubmitted(spec.JobId, spec, race.Track.Space)])!;
        var strategy = SearchStrategies.Of(spec.Options);
        while (strategy.Next(state) is ProposedRound round)
        {
            var after = state.Results.Count;
            var items = round.Items.Select((item, i) => new ProposedItem(after + i, item.Id, item)).ToArray();
            state.Apply(new RoundProposed(state.Rounds.Count, after, round.Purpose, items));
            foreach (var item in items)
            {
                state.Apply(new ItemCompleted(item.Sequence, item.Id, race.Ask(item.Item)));
            }
        }
    }
}
