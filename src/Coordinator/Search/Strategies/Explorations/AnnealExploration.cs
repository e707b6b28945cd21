namespace Cluster.Coordinator.Search.Strategies.Explorations;

/// <summary>
/// Simulated annealing (Kirkpatrick, Gelatt and Vecchi 1983) over <see cref="PlanMoves"/>, with <see cref="PlanEnergy"/> as the energy. It
/// starts where the greedy strategy ends, and its looks at more plans make the decision on each of them stricter. A round
/// evaluates several neighbours of the current plan at once and then walks through them in the order drawn: the first accepted one becomes
/// the current plan, the rest are ignored. That is the sequential
/// walk, executed speculatively, so the result does not depend on the number of workers. Rounds get wider as fewer moves are accepted.
/// </summary>
internal sealed class AnnealExploration(SearchMemory memory, AnnealOptions options, Rounds rounds, IExploration seed)
    : IExploration
{
    // An acceptance rate over about this many steps sets the width.
    private const double Memory = 16;

    private readonly SplitMix64 _random = new((ulong)SplitMix64.Derive(memory.Spec.Options.Seed, "anneal"));

    public IEnumerable<ProposedRound> Explore(Plan start) => Parts(start).InTurn();

    private IEnumerable<IEnumerable<ProposedRound>> Parts(Plan start)
    {
        yield return seed.Explore(start);

        var scope = EvaluationSubset.Of(memory);
        var energy = new PlanEnergy(memory, scope, start);
        var confirmation = new Confirmation(memory, energy, scope, rounds);
        var current = WinnerSelector.Finalists(memory, 1) is [var fastest, ..] ? fastest : start;
        yield return rounds.Of("anneal: the start", new[] { memory.AccuracyOf(current, scope) }.Take(memory.BudgetLeft), later: 8);

        if (energy.Of(current) is not { } at)
        {
            yield break;
        }

        var moves = new PlanMoves(new DecisionSpace(memory, start), _random);
        var steps = Steps(start);
        var (best, bestEnergy) = (current, at);
        var (acceptance, stale) = (0.5, 0);
        for (var step = 0; step < steps && memory.BudgetLeft > 0;)
        {
            var width = Math.Clamp((int)Math.Ceiling(1 / acceptance), options.Width.Least, options.Width.Most);
            var candidates = moves.Neighbours(current, Math.Min(width, steps - step));
            if (candidates.Count == 0)
            {
                break;
            }

            var items = candidates.Select(plan => memory.AccuracyOf(plan, scope)).Where(item => !memory.Knows(item));
            var stands = new AnnealingState(options.Temperature((double)step / steps), acceptance);
            yield return rounds.Of("anneal: neighbours", items.Take(memory.BudgetLeft), steps - step)
                .Select(round => round with { Annealing = stands });

            foreach (var candidate in candidates)
            {
                step++;
                stale++;
                var accepted = energy.Of(candidate) is { } next && Accepts(next - at, (double)step / steps);
                acceptance = Math.Max(1e-3, acceptance + (((accepted ? 1 : 0) - acceptance) / Memory));
                if (accepted)
                {
                    (current, at) = (candidate, energy.Of(candidate)!.Value);
                    break;
                }
            }

            if (at < bestEnergy)
            {
                (best, bestEnergy, stale) = (current, at, 0);
            }
            else if (stale >= options.RestartAfter)
            {
                (current, at, stale) = (best, bestEnergy, 0);
            }

            yield return confirmation.Of(candidates.Append(current), options.Confirmed);

            // On all images, a plan may have another energy than on the subset.
            (at, bestEnergy) = (energy.Of(current) ?? at, energy.Of(best) ?? bestEnergy);
        }
    }

    /// <inheritdoc/>
    /// <remarks>For each step's neighbour the subset and, at worst, all images.</remarks>
    public int Most(Plan start) => seed.Most(start) + (2 * Steps(start));

    private int Steps(Plan start) => options.StepsFor(start.Groups.Count);

    // 53 bits, as a double has, from 0 to below 1.
    private bool Accepts(double rise, double share) => (_random.Next() >> 11) * (1.0 / (1UL << 53)) < options.Chance(rise, share);
}
