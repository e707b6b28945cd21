namespace Cluster.Coordinator.Search.Speculation;

/// <summary>
/// The possible outcomes of a round of plans, as far as they affect the next requests: which plan is the best, and whether it is accurate
/// enough. Only the time of the work depends on these guesses.
/// </summary>
internal static class RoundGuesses
{
    // Strategies propose the most promising plan first; each further one is half as likely to be the best.
    private const double Further = 0.5;

    // Whether a plan is accurate enough: the probability without information, and the probability that the sweep's prediction is right.
    private const double Unknown = 0.5;
    private const double Foreseen = 0.8;

    // Moves are ranked by the share of the loss that they recover: with a loss of 0 all would be equal.
    private const double LeastKl = 1e-9;

    // The share of rounds in which none is good enough.
    private const double None = 0.2;

    /// <summary>The possible outcomes of a round, or none if no sensible guess is possible.</summary>
    /// <param name="memory">The knowledge before the round.</param>
    /// <param name="items">Its items.</param>
    /// <param name="known">The results of finished items, null for others.</param>
    public static IEnumerable<RoundGuess> Of(SearchMemory memory, IReadOnlyList<WorkItem> items, IReadOnlyList<WorkResult?> known)
    {
        var open = Enumerable.Range(0, items.Count).Where(i => known[i] is null).ToArray();
        if (open.Length == 0)
        {
            return [new RoundGuess(1, [.. known.OfType<WorkResult>()])];
        }

        var accuracies = open.Where(i => items[i] is AccuracyItem).ToArray();
        var others = open.Except(accuracies).ToDictionary(i => i, i => items[i] is LatencyItem timed ? Timed(memory, timed) : null);
        return memory.Full(memory.Baseline) is not { } reference || others.ContainsValue(null) ? []
            : accuracies.Length == 0 ? [new RoundGuess(1, Filled(static _ => Bad))]
            : Bests().Append(new RoundGuess(None, Filled(static _ => Bad)));

        IEnumerable<RoundGuess> Bests()
        {
            var likelihood = 1 - None;
            foreach (var best in accuracies)
            {
                likelihood *= Further;
                var item = (AccuracyItem)items[best];
                var enough = Enough(memory, item.Plan);
                foreach (var isEnough in new[] { false, true })
                {
                    yield return new RoundGuess(
                        likelihood * (isEnough ? enough : 1 - enough),
                        Filled(i => i == best ? Good(reference, item, isEnough) : Bad));
                }
            }
        }

        WorkResult[] Filled(Func<int, WorkResult> accuracy) =>
            [.. items.Select((_, i) => known[i] ?? others.GetValueOrDefault(i) ?? accuracy(i))];
    }

    // From the sweep's losses, which are additive enough for this, starting at the last plan with a known drop.
    private static double Enough(SearchMemory memory, Plan plan)
    {
        if (memory.Sensitivity is null || memory.FullPlans.LastOrDefault(known => memory.Drop(known) > 0) is not { } measured)
        {
            return Unknown;
        }

        var losses = new FormatLoss(memory);
        var drop = memory.Drop(measured)!.Value * losses.Sum(memory.Formats.NumbersOf(plan))
            / Math.Max(double.Epsilon, losses.Sum(memory.Formats.NumbersOf(measured)));
        return drop <= memory.Correction.Bound ? Foreseen : 1 - Foreseen;
    }

    private static FailedResult Bad { get; } = new(FailureKind.InvalidCandidate, "A guess: it is not among the best.");

    // As good as the baseline, or just good enough to be the best of all; right on all images or none.
    private static AccuracyResult Good(AccuracyResult reference, AccuracyItem item, bool isEnough)
    {
        var indices = item.Images.Indices(reference.Total);
        var good = reference with { Kl = LeastKl, Agree = indices.Length, Total = indices.Length, Answers = null };
        if (reference.Losses is { } losses)
        {
            var worse = isEnough ? 0 : 1 + (2 * SampleLosses.Values(losses).Max(Math.Abs));
            return good with { Losses = SampleLosses.Pack([.. indices.Select(i => (float)(SampleLosses.At(losses, i) + worse))]) };
        }

        var bits = new byte[(indices.Length + 7) / 8];
        for (var i = 0; isEnough && i < indices.Length; i++)
        {
            bits[i >> 3] |= (byte)(PairedCounts.Bit(reference.CorrectBits, indices[i]) ? 1 << (i & 7) : 0);
        }

        return good with { CorrectBits = bits, Correct = PairedCounts.Count(bits) };
    }

    private static LatencyResult? Timed(SearchMemory memory, LatencyItem item) =>
        memory.Latencies.Count == 0 || memory.Model is not { } model || memory.BaselineMs is not { } float32Ms
            ? null
            : memory.Latencies[0].Result with
            {
                PlanDigest = item.Plan.Digest,
                MedianMs = model.Predict(item.Plan),
                LowMs = null,
                HighMs = null,
                Float32MedianMs = float32Ms,
            };
}

/// <summary>One possible outcome of a round.</summary>
/// <param name="Likelihood">From 0 to 1, a rough estimate.</param>
/// <param name="Results">The results of the round's items, in order.</param>
internal sealed record RoundGuess(double Likelihood, IReadOnlyList<WorkResult> Results);
