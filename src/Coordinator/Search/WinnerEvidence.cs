using Cluster.Coordinator.Model;
using Cluster.Coordinator.Plans;
using Cluster.Coordinator.Statistics;
using Cluster.Coordinator.Work;

namespace Cluster.Coordinator.Search;

/// <summary>
/// Estimates what a chosen plan loses. Its measured drop is flattered by the choice, so the choice is made again on one half of the images
/// and looked at on the other, for every division of <see cref="RandomHalves"/> and both ways round. What a half chose in the same way as
/// the whole set did has an unbiased drop on the other half (Cohen and Sackrowitz 1989); the mean over the divisions is reported.
/// </summary>
internal sealed class WinnerEvidence
{
    private const double Usual = 0.95;
    private const double Level = 0.975;

    // The error of a drop on a half is that of the whole times this.
    private static readonly double HalfError = Math.Sqrt(2);

    private readonly SearchMemory _memory;
    private readonly List<Candidate> _candidates = [];

    private WinnerEvidence(SearchMemory memory) => _memory = memory;

    /// <summary>The evidence about a search's winner or, with <paramref name="learned"/>, about what was learned for it.</summary>
    /// <param name="memory">All results.</param>
    /// <param name="winner">The plan.</param>
    /// <param name="isFeasible">Whether it is the fastest accurate one, rather than the most accurate.</param>
    /// <param name="learned">The files with learned numbers that were looked at too: plan, accuracy and milliseconds comparable with the
    /// memory's.</param>
    /// <returns>Null where the plan is FP32 or was not measured on all images.</returns>
    public static DropEvidence? Of(
        SearchMemory memory, Plan winner, bool isFeasible, IEnumerable<(Plan Plan, AccuracyResult Accuracy, double? Ms)>? learned = null)
    {
        if (winner.IsFloat32 || memory.Full(memory.Float32) is not { } reference)
        {
            return null;
        }

        var evidence = new WinnerEvidence(memory);
        foreach (var plan in memory.FullPlans.Where(plan => !plan.IsFloat32))
        {
            evidence.Add(reference, plan, memory.Full(plan)!, PlanPrice(memory, plan));
        }

        foreach (var (plan, accuracy, ms) in learned ?? [])
        {
            evidence.Add(reference, plan, accuracy, ms is { } value && memory.Float32Ms is { } float32 ? value / float32 : double.MaxValue);
        }

        return evidence._candidates.LastOrDefault(candidate => candidate.Plan.Equals(winner)) is { } chosen
            ? evidence.Judge(chosen.Drop, isFeasible)
            : null;
    }

    private static double PlanPrice(SearchMemory memory, Plan plan) => Strategies.PlanPrice.Of(memory, plan);

    private void Add(AccuracyResult reference, Plan plan, AccuracyResult accuracy, double price) =>
        _candidates.Add(new Candidate(plan, _memory.Correction.Halve(reference, accuracy), price, accuracy.Kl));

    private DropEvidence Judge(HalvedDrop winner, bool isFeasible)
    {
        var options = _memory.Spec.Options;
        var counts = winner.Counts;
        var family = new LargestFlattery([.. _candidates.Select(candidate => candidate.Drop)]);
        var interval = counts.DropInterval(Normal.Quantile(Level), family.Quantile(Level));
        var confidence = options.Confidence ?? Usual;
        return new DropEvidence(
            options.Decision ?? DecisionRule.Measured,
            _candidates.Count,
            counts,
            Math.Clamp(Expected(isFeasible) ?? _memory.Correction.Drop(counts), interval.Low, interval.High),
            interval,
            confidence,
            counts.DropInterval(0, family.Quantile(confidence)).High,
            new PairedCounts(0, 0, counts.Total).DropUpperBound(confidence));
    }

    private double? Expected(bool isFeasible)
    {
        var ranked = _candidates
            .Order(Comparer<Candidate>.Create((x, y) => _memory.Simplest.CompareStructure(x.Plan, y.Plan)))
            .ThenBy(candidate => candidate.Kl)
            .ThenBy(candidate => candidate.Plan, _memory.Simplest)
            .Select(candidate => (candidate.Drop, candidate.Price, Margin: HalfError * Margin(candidate.Drop.Counts)))
            .ToArray();
        var bound = _memory.Spec.Options.MaxDrop + Feasibility.Slack;
        var (sum, alike) = (0.0, 0);
        for (var draw = 0; draw < HalvedDrop.Draws; draw++)
        {
            var accepted = ranked.Where(entry => entry.Drop.On(draw) + entry.Margin <= bound).ToArray();
            if (accepted.Length > 0 != isFeasible)
            {
                continue;
            }

            var least = isFeasible ? accepted.Min(entry => entry.Price) : 0;
            var chosen = isFeasible
                ? accepted.First(entry => !Ties.IsFaster(least, entry.Price)).Drop
                : ranked.MinBy(entry => entry.Drop.On(draw)).Drop;
            sum += chosen.OnOther(draw);
            alike++;
        }

        return alike > 0 ? sum / alike : null;
    }

    private double Margin(PairedCounts counts) => _memory.Correction.Drop(counts) - counts.Drop;

    private sealed record Candidate(Plan Plan, HalvedDrop Drop, double Price, double Kl);
}
