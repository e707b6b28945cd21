namespace Cluster.Coordinator.Search;

/// <summary>Whether a file with learned numbers takes the winner's place: by the job's constraint and its latency, and in place of a
/// winner with the same formats only where it is shown to be better.</summary>
/// <param name="State">The job before the result.</param>
/// <param name="File">The file's name in sentences.</param>
/// <param name="Learned">What was done to it, as text after the groups in a sentence.</param>
/// <param name="Noted">The same as the beginning of a sentence.</param>
internal sealed record LearnedJudge(JobState State, string File, string Learned, string Noted)
{
    /// <summary>Judges a result.</summary>
    /// <param name="from">The plan that it was learned for.</param>
    /// <param name="result">The result.</param>
    /// <param name="next">The step's next item if the file is not accurate enough.</param>
    public StepVerdict Judge(Plan from, LearnedResult result, int? next)
    {
        var memory = State.Memory;
        var before = State.Winner!;
        var isMostAccurate = memory.Objective.IsMostAccurate;
        StepVerdict Stays(string reason, bool ends = false) => new(Winner: null, ends ? null : next, reason);

        // 1. The file behaves like its simulation.
        if (result.ParityFailure is { } refused)
        {
            return Stays($"the parity gate refuses the file: {refused}");
        }

        // 2. To replace an accurate winner with its formats, or the most accurate plan, it must be shown to be better. Learning changes no
        // budget.
        var feasible = isMostAccurate ? memory.Objective.Fits(from) : memory.IsAccurateEnough(result.Accuracy);
        var isOwn = from.HasFormatsOf(before.Plan);
        var better = BetterThanWinner(memory, result);
        StepVerdict Wins(WinnerKind kind, string reason) => new(
            new WinnerSelected(result.Plan, feasible, kind, Reason(before, from, feasible, reason)),
            feasible && !ReconstructionTarget.IsWorthTrying(memory, result.Plan, result.Accuracy) ? null : next,
            reason);
        if (isMostAccurate && feasible && !before.Feasible)
        {
            return Wins(WinnerKind.MostAccurate, $"{Lost(memory, result)}, within the budget, and now passes the gate");
        }

        if (isMostAccurate || (isOwn && before.Feasible))
        {
            if (!better.Kept)
            {
                return Stays(better.Reason);
            }

            if (isMostAccurate)
            {
                return Wins(before.Kind, better.Reason);
            }
        }

        if (!feasible)
        {
            return !before.Feasible && better.Kept
                ? Wins(WinnerKind.NothingFeasible, better.Reason)
                : Stays($"{Lost(memory, result)}, which is not within the accepted drop");
        }

        // 3. A plan that is published as fast must be faster than FP32, and than an accurate winner with other formats. Learning does not
        // change which kernels run.
        if (result.Latency is not { } latency || !Ties.IsFaster(latency.MedianMs, latency.Float32MedianMs))
        {
            return Stays("it is accurate enough but not faster than FP32", ends: true);
        }

        if (!isOwn
            && before.Feasible
            && (memory.Ms(before.Plan), memory.Ms(latency)) is ({ } winnerMs, { } learnedMs)
            && !Ties.IsFaster(learnedMs, winnerMs))
        {
            return Stays(
                $"it is accurate enough but not faster than the winner: {learnedMs:G4} ms against {winnerMs:G4} ms",
                ends: true);
        }

        return Wins(WinnerKind.Faster, isOwn && before.Feasible ? better.Reason
            : $"{Lost(memory, result)}, which is within the accepted drop, at {latency.SpeedUp:F2} times the speed of FP32");
    }

    private LearnedVerdict BetterThanWinner(SearchMemory memory, LearnedResult result) =>
        (State.Kept?.Accuracy ?? memory.Full(State.Selection!.Plan)) is { } before
            ? LearnedVerdict.Of(
                PairedDrop.Of(before, result.Accuracy, ImageScope.Full), before.Kl, result.Accuracy.Kl, File, memory.Scale)
            : new LearnedVerdict(Kept: false, "the winner was not measured on the whole evaluation set");

    private string Lost(SearchMemory memory, LearnedResult result)
    {
        var drop = PairedDrop.Of(memory.Full(memory.Baseline)!, result.Accuracy, ImageScope.Full).Drop;
        var difference = drop == 0 ? "as accurate as FP32" : memory.Scale.Compare(new Interval(drop, drop), drop);
        return $"{File} is {difference}{memory.Note(result.Accuracy)}";
    }

    private string Reason(WinnerSelected before, Plan from, bool feasible, string reason) =>
        from.HasFormatsOf(before.Plan) && feasible == before.Feasible && (feasible || State.Memory.Objective.IsMostAccurate)
            ? $"{before.Reason} {Noted}: {reason}."
            : feasible
            ? $"{FormatShares.Of(from)} {Learned}, without which they were not accurate enough: {reason}."
            : $"No quantized plan is accurate enough: this is the most accurate, {FormatShares.Of(from)} {Learned}; {reason}.";
}
