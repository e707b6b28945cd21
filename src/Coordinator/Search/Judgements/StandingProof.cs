namespace Cluster.Coordinator.Search.Judgements;

/// <summary>Whether a deployed winner still holds what it won by, promise by promise.</summary>
/// <param name="Promises">Gate, accuracy, latency, ranges.</param>
/// <param name="Run">See <see cref="DeployedWinner.Run"/>.</param>
/// <param name="File">SHA-256 of the deployed file.</param>
public sealed record StandingProof(IReadOnlyList<ProvedPromise> Promises, string Run, string File)
{
    // Two-sided, as all intervals.
    private const double Confidence = 0.95;

    private const string Anew = "Calibrate on such images and search again: `run --data` with some of them.";

    /// <summary>The worst of its promises.</summary>
    public ProofVerdict Verdict => Promises.Max(promise => promise.Verdict);

    /// <summary>What has lapsed or is unclear and what to do about it, or that everything holds.</summary>
    [JsonIgnore]
    public string Words => Verdict == ProofVerdict.Holds
        ? "Every promise holds: " + string.Join("; ", Promises.Select(promise => promise.Found)) + "."
        : string.Join(" ", Promises
            .Where(promise => promise.Verdict != ProofVerdict.Holds)
            .OrderByDescending(promise => promise.Verdict)
            .Select(promise => $"{(promise.Verdict == ProofVerdict.Lapsed ? "Lapsed" : "Unclear")}, {promise.Promise}: "
                + $"{promise.Found}. {promise.Advice}"));

    /// <summary>The proof of a job's deployed winner by what was measured.</summary>
    internal static StandingProof Of(SearchMemory memory)
    {
        var deployed = memory.Spec.Deployed!;
        var ranges = Ranges(memory, deployed.Plan);
        return new StandingProof(
            [Gate(memory, deployed.Plan), Accuracy(memory, deployed, ranges.Verdict), Speed(memory, deployed), ranges],
            deployed.Run,
            deployed.Sha256);
    }

    /// <summary>The deployed winner as the job's answer.</summary>
    internal WinnerSelected Selection(SearchMemory memory) => new(
        memory.Spec.Deployed!.Plan,
        Feasible: Verdict != ProofVerdict.Lapsed,
        Verdict switch
        {
            ProofVerdict.Lapsed => WinnerKind.NothingFeasible,
            ProofVerdict.Unclear => WinnerKind.Unclear,
            _ => memory.Objective.IsMostAccurate ? WinnerKind.MostAccurate : WinnerKind.Faster,
        },
        Words)
    {
        Proof = Verdict,
    };

    private static ProvedPromise Gate(SearchMemory memory, Plan plan)
    {
        var runtime = memory.Spec.Versions.Runtime;
        if (memory.Refusals.Plans.FirstOrDefault(refusal => refusal.Plan.Equals(plan)) is not { } refused)
        {
            return memory.Parity(plan) is null
                ? ProvedPromise.Failed("gate", memory.Failure(memory.ParityOf(plan)))
                : new ProvedPromise("gate", ProofVerdict.Holds, $"{runtime} computes what the plan says");
        }

        var found = refused.Parity is null ? ProofVerdict.Unclear : ProofVerdict.Lapsed;
        return new ProvedPromise("gate", found, refused.Reason.TrimEnd('.'))
        {
            Groups = refused.Groups,
            Advice = $"Stay with the runtime that the file won on, or search again with {runtime}: `run --fresh`.",
        };
    }

    private static ProvedPromise Accuracy(SearchMemory memory, DeployedWinner deployed, ProofVerdict ranges)
    {
        const string Name = "accuracy";
        if (memory.Paired(deployed.Plan, ImageScope.Full) is not { } drop)
        {
            return ProvedPromise.Failed(Name, memory.Failure(memory.AccuracyOf(deployed.Plan, ImageScope.Full)));
        }

        var advice = ranges == ProofVerdict.Lapsed
            ? Anew
            : "Search again with these images as --eval.";
        if (drop is PairedCounts { Open: > 0 })
        {
            return Unlabelled(memory, deployed, drop) with { Advice = advice };
        }

        var (bound, interval) = (memory.Correction.Bound, drop.DropInterval(Confidence));
        var found = $"{memory.Scale.Compare(drop)} ({drop.Words})"
            + (deployed.Float32 is { } before && drop is PairedCounts && memory.Full(memory.Baseline) is { } float32
                ? FormattableString.Invariant($", which is right on {100.0 * float32.Correct / float32.Total:0.##} %, ")
                    + FormattableString.Invariant($"{100 * before:0.##} % when it won")
                : string.Empty);

        // The most accurate plan within a budget was promised no bound.
        return memory.Objective.IsMostAccurate
            ? new ProvedPromise(Name, ProofVerdict.Holds, found)
            : new ProvedPromise(
                Name,
                interval.Low > bound ? ProofVerdict.Lapsed : drop.Drop > bound ? ProofVerdict.Unclear : ProofVerdict.Holds,
                $"{found}, where {memory.Scale.Drop(bound)} may be lost")
            {
                Advice = drop.Drop > bound && interval.Low <= bound ? $"More images decide; else: {advice}" : advice,
            };
    }

    // Without labels the disagreement with FP32 is compared with what it was when the file won.
    private static ProvedPromise Unlabelled(SearchMemory memory, DeployedWinner deployed, PairedDrop drop)
    {
        var (open, total) = (drop.Drop, drop.Total);
        var error = Math.Sqrt((open * (1 - open) / total) + (deployed.Differ * (1 - deployed.Differ) / Math.Max(1, deployed.Images)));
        var isMore = open - deployed.Differ > Normal.Quantile(1 - ((1 - Confidence) / 2)) * error;
        return new ProvedPromise(
            "accuracy",
            open <= memory.Correction.Bound || !isMore ? ProofVerdict.Holds : ProofVerdict.Lapsed,
            $"{100 * open:0.##} % of {total} unlabelled images are answered otherwise than by FP32, {100 * deployed.Differ:0.##} % "
            + $"of {deployed.Images} when it won");
    }

    private static ProvedPromise Speed(SearchMemory memory, DeployedWinner deployed)
    {
        const string Name = "latency";
        if (memory.Shown(deployed.Plan) is not { SpeedUp: { } speed } timed)
        {
            return ProvedPromise.Failed(Name, memory.Failure(memory.FinalTimingOf([deployed.Plan])));
        }

        var (float32, budget) = (timed.Float32MedianMs, memory.Spec.Options.LatencyBudgetMs);
        var (low, high) = (timed.LowMs ?? timed.MedianMs, timed.HighMs ?? timed.MedianMs);
        var most = budget ?? (memory.Objective.IsMostAccurate ? double.PositiveInfinity : float32);
        var found = FormattableString.Invariant($"{speed:0.00} times as fast as FP32 ({float32 / high:0.00} to {float32 / low:0.00})")
            + (deployed.SpeedUp is { } before ? FormattableString.Invariant($", {before:0.00} when it won") : string.Empty)
            + (budget is null ? string.Empty
                : FormattableString.Invariant($"; {timed.MedianMs:0.###} ms, where {budget:0.###} are allowed"));
        return new ProvedPromise(
            Name, low > most ? ProofVerdict.Lapsed : high > most ? ProofVerdict.Unclear : ProofVerdict.Holds, found)
        {
            Advice = low > most
                ? "Search again on such a machine, or keep FP32 there."
                : "Prove it again on an idle machine.",
        };
    }

    private static ProvedPromise Ranges(SearchMemory memory, Plan plan)
    {
        const string Name = "ranges";
        if (memory.Ranges(plan) is not { } ranges)
        {
            return ProvedPromise.Failed(Name, memory.Failure(memory.RangesOf(plan)));
        }

        RangeFit[] drifted = [.. ranges.Tensors.Where(tensor => tensor.HasDrifted).OrderBy(tensor => tensor.NowDb - tensor.BeforeDb)];
        if (drifted is not [var worst, ..])
        {
            return ranges.Inputs.FirstOrDefault(input => input.HasMoved) is { } moved
                ? new ProvedPromise(
                    Name,
                    ProofVerdict.Unclear,
                    FormattableString.Invariant($"all ranges fit, but the values of '{moved.Input}' have moved by {moved.Shift:+0.0;-0.0} ")
                    + FormattableString.Invariant($"standard deviations, and vary {moved.Spread:0.00} times as much as the calibration's"))
                {
                    Advice = Anew,
                }
                : new ProvedPromise(Name, ProofVerdict.Holds, $"all {ranges.Tensors.Count} ranges fit these images");
        }

        string[] groups = [.. drifted.Select(tensor => tensor.Group).Distinct(StringComparer.Ordinal)];
        return new ProvedPromise(
            Name,
            ProofVerdict.Lapsed,
            $"{drifted.Length} of {ranges.Tensors.Count} ranges no longer fit these images; the worst is that of '{worst.Tensor}' in group "
            + $"'{worst.Group}', where {100 * worst.Beyond:0.##} % of the values lie beyond it and {worst.NowDb:0.0} dB are left of "
            + $"{worst.BeforeDb:0.0}")
        {
            Groups = groups,
            Advice = Anew,
        };
    }
}

/// <summary>One thing that a deployed winner was promised to be.</summary>
/// <param name="Promise">"gate", "accuracy", "latency" or "ranges".</param>
/// <param name="Verdict">Whether it holds.</param>
/// <param name="Found">What was measured, without a full stop.</param>
public sealed record ProvedPromise(string Promise, ProofVerdict Verdict, string Found)
{
    /// <summary>The groups at fault, as far as they are known, the worst first; absent: none.</summary>
    public IReadOnlyList<string>? Groups { get; init; }

    /// <summary>What to do, in a sentence; absent where it holds.</summary>
    public string? Advice
    {
        get => Verdict == ProofVerdict.Holds ? null : field;
        init;
    }

    internal static ProvedPromise Failed(string promise, FailedResult? failure) => new(
        promise, ProofVerdict.Unclear, $"it could not be measured ({(failure?.Reason ?? "the job was stopped").TrimEnd('.')})")
    {
        Advice = "Prove it again.",
    };
}
