using Cluster.Coordinator.Journal;
using Cluster.Coordinator.Model;
using Cluster.Coordinator.Model.Options;
using Cluster.Coordinator.Plans;
using Cluster.Coordinator.Work;

namespace Cluster.Coordinator.Search.Strategies;

/// <summary>
/// The frame of every strategy: baselines, speed and sensitivity, the strategy's own exploration, speed polish, latency of the finalists,
/// and the winner's test.
/// </summary>
internal sealed class SearchProgram(SearchMemory memory, GreedyOptions options, Rounds rounds, IExploration exploration) : ISearchProgram
{
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

        if (memory.Spec.Options.Ending == EndingKind.Verified)
        {
            var ending = new VerifiedEnding(memory, options, rounds);
            foreach (var round in ending.Run())
            {
                yield return round;
            }

            Selection = ending.Selection!;
        }
        else
        {
            Selection = WinnerSelector.Select(memory);
        }

        if (memory.Spec.Data.Test is not null)
        {
            foreach (var round in rounds.Of("test of the winner", [memory.TestOf(Selection.Plan)], later: 0))
            {
                yield return round;
            }
        }
    }

    private IEnumerable<ProposedRound> Uniform()
    {
        // A first attempt needs no calibrator of its own, so it is evaluated beside the choice.
        var attempt = Baselines.FirstAttempt(memory);
        if (memory.CalibratorsOf(attempt) is { } choice)
        {
            WorkItem[] first = [choice, memory.AccuracyOf(memory.Baseline, ImageScope.Full), memory.AccuracyOf(attempt, ImageScope.Full)];
            foreach (var round in rounds.Of("baselines and the calibrator of each group", first, later: 9))
            {
                yield return round;
            }
        }

        var plans = Baselines.Corrected(memory)
            .Prepend(attempt)
            .Prepend(memory.Baseline)
            .Concat(Baselines.Others(memory));
        foreach (var round in rounds.Of("baselines", plans.Select(plan => memory.AccuracyOf(plan, ImageScope.Full)), later: 8))
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

    private IEnumerable<ProposedRound> Search(Plan start)
    {
        var speed = new WorkItem[]
        {
            memory.SensitivityOf(start, options.SensitivityImages),
            memory.LatencyOf(start),
            memory.LatencyOf(Baselines.FirstAttempt(memory)),
            memory.ProfileOf(Baselines.Whole(memory, start)),
        };
        foreach (var round in rounds.Of($"speed and sensitivity of all groups in {memory.Formats.First}", speed, later: 6))
        {
            yield return round;
        }

        foreach (var round in exploration.Explore(start))
        {
            yield return round;
        }

        foreach (var round in Usual(start))
        {
            yield return round;
        }

        foreach (var round in Polish(start))
        {
            yield return round;
        }

        foreach (var round in rounds.Of(
            "latency of the finalists", WinnerSelector.Finalists(memory, options.Finalists).Select(memory.LatencyOf), later: 1))
        {
            yield return round;
        }
    }

    private IEnumerable<ProposedRound> Usual(Plan start)
    {
        if (memory.Spec.Options.Ending != EndingKind.Verified || memory.BaselineMs is not { } float32Ms)
        {
            yield break;
        }

        // Timing a plan of a large network takes seconds; there a prediction is good enough to leave out what is slower.
        var bases = WinnerSelector.Finalists(memory, 1).Prepend(start).Distinct().ToArray();
        var bound = float32Ms < options.ShortMs
            ? options.HopelessFactor * float32Ms
            : bases.Select(plan => memory.Ms(plan) ?? float32Ms).Append(float32Ms).Min();
        var plans = UsualPlans.Of(bases).Where(plan => !(memory.Model?.Predict(plan) > bound)).ToArray();
        foreach (var round in rounds.Of("speed: without the first or the last groups", plans.Select(memory.LatencyOf), later: 5))
        {
            yield return round;
        }

        var least = plans.Select(memory.Ms).Append(float32Ms).Min()!.Value;
        var faster = plans
            .Where(plan => memory.Ms(plan) is { } ms && !Ties.IsFaster(least, ms) && Ties.IsFaster(ms, float32Ms))
            .OrderBy(plan => plan, memory.Simplest)
            .Take(Math.Min(2, memory.BudgetLeft));
        foreach (var round in rounds.Of(
            "speed: accuracy of the faster ones", faster.Select(plan => memory.AccuracyOf(plan, ImageScope.Full)), later: 4))
        {
            yield return round;
        }
    }

    /// <summary>Times plans that are predicted faster than the fastest accurate one, and evaluates those that really are.</summary>
    private IEnumerable<ProposedRound> Polish(Plan start)
    {
        for (var i = 0; i < options.PolishRounds; i++)
        {
            foreach (var round in rounds.Of(
                "latency of the best so far", WinnerSelector.Finalists(memory, 1).Select(memory.LatencyOf), later: 4))
            {
                yield return round;
            }

            var incumbent = WinnerSelector.Fastest(memory);
            var candidates = incumbent is null ? [] : SpeedMoves.Propose(memory, start, incumbent, options.PolishPlans);
            foreach (var round in rounds.Of("speed: plans predicted to be faster", candidates.Select(memory.LatencyOf), later: 4))
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
            foreach (var round in rounds.Of(
                "speed: accuracy of the faster ones", faster.Select(plan => memory.AccuracyOf(plan, ImageScope.Full)), later: 4))
            {
                yield return round;
            }
        }
    }
}
