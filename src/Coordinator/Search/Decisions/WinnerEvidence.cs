using Cluster.Coordinator.Model;
using Cluster.Coordinator.Model.Options;
using Cluster.Coordinator.Search.Strategies;
using Cluster.Coordinator.Statistics;
using Cluster.Coordinator.Work;
using Cluster.Plans;

namespace Cluster.Coordinator.Search.Decisions;

/// <summary>
/// Estimates a chosen plan's loss, corrected for selection bias: the choice is repeated many times, in two ways. Choosing on one of the
/// <see cref="RandomHalves"/> and measuring on the independent other half finds too large a drop, because half as many images choose worse.
/// Choosing on the whole set with one more draw of its error added (Efron and Tibshirani 1993) makes the bias known, but its initial drops
/// are biased already, so it finds too small a drop. The mean of both is reported (ADR 20 has the measurement). Only choices of the same
/// kind count: accurate enough plans, or the most accurate.
/// </summary>
internal sealed class WinnerEvidence
{
    private const double Usual = 0.95;
    private const double Level = 0.975;

    // The error of a drop on a half is this multiple of the whole set's.
    private static readonly double HalfError = Math.Sqrt(2);

    private readonly SearchMemory _memory;
    private readonly List<Candidate> _candidates = [];

    private WinnerEvidence(SearchMemory memory) => _memory = memory;

    /// <summary>The evidence about a search's winner or, with <paramref name="learned"/>, about its learned version.</summary>
    /// <param name="memory">All results.</param>
    /// <param name="winner">The plan.</param>
    /// <param name="isFeasible">Whether it is the fastest accurate one, rather than the most accurate.</param>
    /// <param name="learned">The evaluated files with learned numbers: plan, accuracy and milliseconds comparable with the
    /// memory's.</param>
    /// <returns>Null if the plan is FP32 or was not measured on all images.</returns>
    public static DropEvidence? Of(
        SearchMemory memory, Plan winner, bool isFeasible, IEnumerable<(Plan Plan, AccuracyResult Accuracy, double? Ms)>? learned = null)
    {
        if (winner.IsBaseline || memory.Full(memory.Baseline) is not { } reference)
        {
            return null;
        }

        var evidence = new WinnerEvidence(memory);
        // Plans over budget or refused by the parity gate were no candidates; if any loss is accepted, the most accurate plan is chosen.
        isFeasible = isFeasible && !memory.Objective.IsMostAccurate;
        foreach (var plan in memory.FullPlans.Where(plan => !plan.IsBaseline
            && (plan.Equals(winner) || (memory.Objective.Fits(plan) && !memory.Refusals.Contains(plan)))))
        {
            evidence.Add(reference, plan, memory.Full(plan)!, PlanPrice.Of(memory, plan));
        }

        bool isSearched = true;
        foreach (var (plan, accuracy, ms) in learned ?? [])
        {
            isSearched = false;
            var share = ms is { } value && memory.BaselineMs is { } float32 ? value / float32 : double.MaxValue;
            evidence.Add(reference, plan, accuracy, share);
        }

        return evidence._candidates.LastOrDefault(candidate => candidate.Plan.Equals(winner)) is { } chosen
            ? evidence.Judge(chosen.Drop, isFeasible) with
            {
                Decided = isSearched && !memory.Objective.IsMostAccurate ? memory.Correction.Drop(chosen.Drop.Counts) : null,
                IsAccepted = isFeasible,
                Bound = memory.Correction.Bound,
                IsConfidenceAsked = memory.Spec.Options.Confidence is not null,
            }
            : null;
    }

    private void Add(AccuracyResult reference, Plan plan, AccuracyResult accuracy, double price)
    {
        var drop = _memory.Correction.Halve(reference, accuracy);
        _candidates.Add(new Candidate(plan, drop, _memory.Correction.Drop(drop.Counts) - drop.Counts.Drop, price, accuracy.Kl)
        {
            MayBeNearest = _memory.Objective.IsMostAccurate || _memory.Spec.Options.Budgets > 0 || Ties.IsFaster(price, 1),
        });
    }

    private DropEvidence Judge(HalvedDrop winner, bool isFeasible)
    {
        var options = _memory.Spec.Options;
        var counts = winner.Counts;
        var family = new LargestFlattery([.. _candidates.Select(candidate => candidate.Drop)]);
        var interval = counts.DropInterval(Normal.Quantile(Level), family.Quantile(Level));
        var confidence = options.Confidence ?? Usual;
        return new DropEvidence(
            _candidates.Count,
            counts,
            Math.Clamp(Expected(isFeasible, counts) ?? _memory.Correction.Drop(counts), interval.Low, interval.High),
            interval,
            confidence,
            counts.DropInterval(0, family.Quantile(confidence)).High,
            counts is PairedCounts ? new PairedCounts(0, 0, counts.Total).DropUpperBound(confidence) : 0)
        {
            Scale = _memory.Correction.Scale,
        };
    }

    private double? Expected(bool isFeasible, PairedDrop winner)
    {
        var ranked = _candidates
            .OrderBy(candidate => _memory.Simplest.Structure(candidate.Plan))
            .ThenBy(candidate => candidate.Kl)
            .ThenBy(candidate => candidate.Plan, _memory.Simplest)
            .ToArray();
        var (onOther, flattery) = (new Mean(), new Mean());
        for (var draw = 0; draw < HalvedDrop.Draws; draw++)
        {
            if (Choose(ranked, isFeasible, draw, static (plan, draw) => plan.On(draw), HalfError) is { } byHalf)
            {
                onOther.Add(byHalf.OnOther(draw));
            }

            if (Choose(ranked, isFeasible, draw, static (plan, draw) => plan.Counts.Drop - plan.Flattery(draw), error: 1) is { } again)
            {
                flattery.Add(again.Flattery(draw));
            }
        }

        return (onOther.Value, winner.Drop + flattery.Value) switch
        {
            ({ } larger, { } smaller) => (larger + smaller) / 2,
            var (larger, smaller) => larger ?? smaller,
        };
    }

    // The same choice as in WinnerSelector, with other drops whose error is a multiple of the measured ones'; null if the choice is of the
    // other kind.
    private HalvedDrop? Choose(
        Candidate[] ranked, bool isFeasible, int draw, Func<HalvedDrop, int, double> drop, double error)
    {
        var bound = _memory.Objective.IsMostAccurate ? double.NegativeInfinity : _memory.Correction.Bound + Feasibility.Slack;
        Candidate? lowest = null;
        double? least = null;
        foreach (var candidate in ranked)
        {
            candidate.Drawn = drop(candidate.Drop, draw);
            if (candidate.MayBeNearest && !(lowest?.Drawn <= candidate.Drawn))
            {
                lowest = candidate;
            }

            candidate.IsAccepted = candidate.Drawn + (error * candidate.Margin) <= bound;
            least = candidate.IsAccepted && !(least <= candidate.Price) ? candidate.Price : least;
        }

        bool IsTied(Candidate candidate) => candidate.IsAccepted && !Ties.IsFaster(least!.Value, candidate.Price);
        return (least, isFeasible) switch
        {
            (not null, true) => Array.Find(ranked, candidate => IsTied(candidate) && !Array.Exists(
                ranked, other => IsTied(other) && other.Price <= candidate.Price && other.Drawn < candidate.Drawn))!.Drop,
            (null, false) => lowest?.Drop,
            _ => null,
        };
    }

    private sealed record Candidate(Plan Plan, HalvedDrop Drop, double Margin, double Price, double Kl)
    {
        /// <summary>Whether it is accurate enough in the current draw; stored, as a list for each of 512 draws would be slow.</summary>
        public bool IsAccepted { get; set; }

        /// <summary>Its drop in the current draw.</summary>
        public double Drawn { get; set; }

        /// <summary>Whether it may be the fallback if nothing is accurate enough: a plan slower than FP32 may not.</summary>
        public required bool MayBeNearest { get; init; }
    }

    private sealed class Mean
    {
        private double _sum;
        private int _count;

        public double? Value => _count == 0 ? null : _sum / _count;

        public void Add(double value)
        {
            _sum += value;
            _count++;
        }
    }
}
