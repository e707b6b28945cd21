using Cluster.Coordinator.Journal;
using Cluster.Coordinator.Model;
using Cluster.Coordinator.Plans;
using Cluster.Coordinator.Work;

namespace Cluster.Coordinator.Search;

/// <summary>
/// The greedy search as a program that asks for rounds: whoever enumerates it puts a round's results into the memory
/// before asking for the next.
/// </summary>
internal sealed class GreedySearch(SearchMemory memory, GreedyOptions options)
{
    private readonly JobSpec _spec = memory.Spec;
    private readonly HashSet<WorkItem> _proposed = [];
    private Plan? _start;

    public WinnerSelected? Selection { get; private set; }

    public IEnumerable<ProposedRound> Run()
    {
        foreach (var round in Uniform())
        {
            yield return round;
        }

        if (_start is { } start)
        {
            foreach (var round in Search(start))
            {
                yield return round;
            }
        }

        Selection = WinnerSelector.Select(memory);
        if (_spec.Data.Test is not null)
        {
            foreach (var round in Round("test of the winner", [memory.TestOf(Selection.Plan)], later: 0))
            {
                yield return round;
            }
        }
    }

    private IEnumerable<ProposedRound> Search(Plan start)
    {
        var speed = new WorkItem[]
        {
            memory.SensitivityOf(start.Groups[0].Calibrator, options.SensitivityImages),
            memory.LatencyOf(start),
            memory.LatencyOf(Baselines.FirstAttempt(memory)),
            memory.ProfileOf(start),
        };
        foreach (var round in Round($"speed and sensitivity of all groups in {memory.Formats.First}", speed, later: 6))
        {
            yield return round;
        }

        if (!memory.IsFeasible(start))
        {
            foreach (var round in Skip(start))
            {
                yield return round;
            }
        }

        foreach (var round in Polish(start))
        {
            yield return round;
        }

        foreach (var round in Round(
            "latency of the finalists", WinnerSelector.Finalists(memory, options.Finalists).Select(memory.LatencyOf), later: 1))
        {
            yield return round;
        }
    }

    private IEnumerable<ProposedRound> Uniform()
    {
        var plans = Baselines.Corrected(memory)
            .Prepend(Baselines.FirstAttempt(memory))
            .Prepend(memory.Baseline)
            .Concat(Baselines.Others(memory));
        foreach (var round in Round("baselines", plans.Select(plan => memory.AccuracyOf(plan, ImageScope.Full)), later: 8))
        {
            yield return round;
        }

        var baseline = memory.AccuracyOf(memory.Baseline, ImageScope.Full);
        if (memory.Full(memory.Baseline) is null)
        {
            throw new JobException(
                $"The FP32 network itself could not be evaluated ({memory.Failure(baseline)?.Reason}): correct the model or the data.");
        }

        _start = Baselines.Best(memory);
    }

    /// <summary>
    /// Gives groups a finer format, up to the baseline's, best ratio of recovered KL to added milliseconds first, until
    /// a plan is accurate enough; then takes back what was not needed.
    /// </summary>
    private IEnumerable<ProposedRound> Skip(Plan start)
    {
        var moves = new SkipMoves(memory, options);
        var scope = Subset();
        var current = start;
        while (true)
        {
            var candidates = moves.Best(current).Take(Math.Min(options.MovesPerRound, memory.BudgetLeft)).ToArray();
            if (candidates.Length == 0)
            {
                yield break;
            }

            var items = candidates.Prepend(current).Select(plan => memory.AccuracyOf(plan, scope)).Take(memory.BudgetLeft);
            foreach (var round in Round("skips: which group to leave in FP32", items, later: 8))
            {
                yield return round;
            }

            if (moves.Winner(current, candidates, scope) is not { } next)
            {
                yield break;
            }

            current = next;
            if (memory.CanBeFeasible(current, scope) && memory.BudgetLeft > 0)
            {
                foreach (var round in Round("skips: the best on all images", [memory.AccuracyOf(current, ImageScope.Full)], later: 8))
                {
                    yield return round;
                }
            }

            if (memory.IsFeasible(current))
            {
                break;
            }
        }

        foreach (var round in WalkBack(start, current))
        {
            yield return round;
        }
    }

    /// <summary>
    /// Quantizes skipped groups again, one at a time: a group may have become needless by those that were skipped after
    /// it.
    /// </summary>
    private IEnumerable<ProposedRound> WalkBack(Plan start, Plan current)
    {
        while (memory.BudgetLeft > 0)
        {
            var candidates = SkipMoves.Back(memory, start, current).Take(Math.Min(options.MovesPerRound, memory.BudgetLeft)).ToArray();
            if (candidates.Length == 0)
            {
                yield break;
            }

            foreach (var round in Round(
                "walk-back: which group can be quantized again",
                candidates.Select(plan => memory.AccuracyOf(plan, ImageScope.Full)),
                later: 6))
            {
                yield return round;
            }

            var kept = candidates
                .Where(memory.IsFeasible)
                .OrderBy(plan => memory.Model?.Predict(plan) ?? 0)
                .ThenByDescending(plan => memory.Full(plan)!.Correct)
                .ThenBy(plan => plan, memory.Simplest)
                .FirstOrDefault();
            current = kept ?? current;
        }
    }

    /// <summary>Times plans that are predicted faster than the fastest accurate one, and evaluates those that really are.</summary>
    private IEnumerable<ProposedRound> Polish(Plan start)
    {
        for (var i = 0; i < options.PolishRounds; i++)
        {
            foreach (var round in Round(
                "latency of the best so far", WinnerSelector.Finalists(memory, 1).Select(memory.LatencyOf), later: 4))
            {
                yield return round;
            }

            var incumbent = WinnerSelector.Fastest(memory);
            var candidates = incumbent is null ? [] : SpeedMoves.Propose(memory, start, incumbent, options.PolishPlans);
            foreach (var round in Round("speed: plans predicted to be faster", candidates.Select(memory.LatencyOf), later: 4))
            {
                yield return round;
            }

            if (candidates.Count == 0)
            {
                yield break;
            }

            var faster = candidates
                .Where(
                    plan => memory.Ms(plan) is { } ms
                        && Ties.IsFaster(ms, Math.Min(memory.Ms(incumbent!)!.Value, memory.BaselineMs!.Value)))
                .OrderBy(plan => memory.Ms(plan))
                .ThenBy(plan => plan, memory.Simplest)
                .Take(Math.Min(2, memory.BudgetLeft));
            foreach (var round in Round(
                "speed: accuracy of the faster ones", faster.Select(plan => memory.AccuracyOf(plan, ImageScope.Full)), later: 4))
            {
                yield return round;
            }
        }
    }

    private ImageScope Subset()
    {
        var total = memory.Full(memory.Baseline)!.Total;
        var count = Math.Clamp(total / 8, options.LeastSubset, 4 * options.LeastSubset);

        // A subset of more than half of the set saves less than the second look at the winner costs.
        return count * 2 > total ? ImageScope.Full : ImageScope.Subset(count, SplitMix64.Derive(_spec.Options.Seed, "subset"));
    }

    private IEnumerable<ProposedRound> Round(string purpose, IEnumerable<WorkItem> items, int later)
    {
        var missing = items.Where(item => !memory.Knows(item) && _proposed.Add(item)).ToArray();
        if (missing.Length > 0)
        {
            yield return new ProposedRound(purpose, missing, later);
        }
    }
}
