namespace Cluster.Coordinator.Search.Judgements;

/// <summary>A search's knowledge after some completed rounds: the facts, and what follows from them for the job's goal.</summary>
internal sealed class SearchMemory : SearchFacts
{
    public SearchMemory(JobSpec spec, SearchSpace space)
        : base(spec, space)
    {
        Objective = new Objective(this);
        Repairs = new RoundingRepairs(this);
    }

    /// <summary>The job's goal.</summary>
    public Objective Objective { get; }

    /// <summary>Learned roundings for plans to choose from.</summary>
    public RoundingRepairs Repairs { get; }

    /// <summary>Whether another question is asked than the job's own.</summary>
    public bool IsAskedAnew { get; init; }

    /// <summary>Whether a plan was in the last joint timing; true if there was none, or another question is asked.</summary>
    public bool IsTimedLast(Plan plan) => IsAskedAnew || Finals.Count == 0 || TimedTogether.Contains(plan);

    /// <summary>
    /// A plan's time for people: one timed together with the winner, its own or that of a plan with its formats, whose kernels are the
    /// same, counts more than one of its own alone.
    /// </summary>
    public LatencyResult? Shown(Plan plan) =>
        Latency(IsTimedLast(plan) ? plan : TimedTogether.FirstOrDefault(plan.HasFormatsOf) ?? plan) is { } timed
            ? timed with { PlanDigest = plan.Digest }
            : null;

    /// <summary>
    /// The labels to ask for, so that it is known of each of these plans whether it is accurate enough: of the images that it answers
    /// otherwise than FP32, if they may decide, and as long as the job may ask for so many. Null if there are none.
    /// </summary>
    public LabelItem? LabelsFor(IEnumerable<Plan> plans)
    {
        if (Stopped is not null)
        {
            return null;
        }

        var left = (Spec.Options.MaxLabels ?? JobOptions.UsualMaxLabels) - Labels.Asked;
        var asked = new List<int>();
        foreach (var plan in plans.Where(MayBeSettled))
        {
            var more = Labels.Missing(Full(plan)!).Except(asked).ToArray();
            if (asked.Count + more.Length <= left)
            {
                asked.AddRange(more);
            }
        }

        return asked.Count == 0 ? null : new LabelItem(Spec.AccuracyContext, asked);
    }

    /// <summary>Whether the plan was measured on the whole set, is accurate enough, and within the budgets as far as known.</summary>
    public bool IsFeasible(Plan plan) => IsAccurateEnough(plan) && Objective.Fits(plan);

    /// <summary>Whether the plan was measured on the whole set and is accurate enough.</summary>
    public bool IsAccurateEnough(Plan plan) =>
        plan.IsBaseline
        || (Paired(plan, ImageScope.Full) is { } drop
            && (Objective.IsMostAccurate || (Correction.IsFeasible(drop, Witness(plan)) && KeepsSamples(Full(plan)!))));

    /// <summary>The share of samples that keep the bound each by itself; null: none is asked, or it is not known.</summary>
    public double? SamplesWithin(AccuracyResult accuracy) =>
        Spec.Options.AskedSampleShare is not null && accuracy.Losses is { } losses && Full(Baseline)?.Powers is { } powers
            && losses.Length == powers.Length
            ? SampleShares.Within(losses, powers, Correction.Bound)
            : null;

    /// <summary>Whether so many samples keep the bound as are to.</summary>
    public bool KeepsSamples(AccuracyResult accuracy) =>
        SamplesWithin(accuracy) is not { } share || share >= Spec.Options.AskedSampleShare - Feasibility.Slack;

    /// <summary>
    /// Whether a file with learned numbers, measured on the whole set, is accurate enough: one more evaluation on the same images, and of
    /// labels alone.
    /// </summary>
    public bool IsAccurateEnough(AccuracyResult accuracy) =>
        Full(Baseline) is { } reference
        && Settled(accuracy) is var settled
        && (Objective.IsMostAccurate
            || (Correction.With(reference, settled, null).IsFeasible(PairedDrop.Of(reference, settled), null) && KeepsSamples(settled)));

    /// <summary>Such a file's corrected drop, for a sentence: see <see cref="DropCorrection.Note"/>.</summary>
    public string Note(AccuracyResult accuracy) => Full(Baseline) is { } reference && Settled(accuracy) is var settled
        ? Correction.With(reference, settled, null).Note(PairedDrop.Of(reference, settled), null)
        : string.Empty;

    /// <summary>Whether the plan may be feasible as far as these images tell.</summary>
    public bool CanBeFeasible(Plan plan, ImageScope images) =>
        Paired(plan, images) is { } counts
        && Objective.Fits(plan)
        && (Objective.IsMostAccurate || (counts.Total < Full(Baseline)!.Total
            ? Correction.CanBeFeasible(
                counts is PairedCounts { Open: > 0 } open ? open.AtBest : counts,
                Accuracy(plan, images)!.Witness(plan),
                Full(Baseline)!.Total)
            : Correction.IsFeasible(counts, Witness(plan))));

    /// <summary>Whether the plan is known not to be feasible, or probably is not, as far as a part of the images tells.</summary>
    public bool IsRefused(Plan plan) => !plan.IsBaseline
        && (Knows(AccuracyOf(plan, ImageScope.Full)) ? !IsFeasible(plan)
            : PartOf(plan) is { } part && !CanBeFeasible(plan, part));

    /// <summary>The drop that decides on the plan.</summary>
    public double? Drop(Plan plan) => Paired(plan, ImageScope.Full) is { } drop ? Correction.Drop(drop, Witness(plan)) : null;

    private bool MayBeSettled(Plan plan) => !Objective.IsMostAccurate
        && Objective.Fits(plan)
        && Paired(plan, ImageScope.Full) is PairedCounts { Open: > 0 } counts
        && !Correction.IsFeasible(counts, Witness(plan))
        && Correction.IsFeasible(counts.AtBest, Witness(plan));

    private double? Witness(Plan plan) => Full(plan)!.Witness(plan);
}

/// <summary>How a job's plans stand, while it runs or when it is over.</summary>
/// <param name="Best">The best so far, or null before any quantized plan was evaluated.</param>
/// <param name="Misses">Whether that misses a bound, because no quantized plan so far meets all of them.</param>
/// <param name="Front">The front as in the result; the best or the winner is on it.</param>
/// <param name="PassedOver">Why plans that measured as fast or faster are not it, in a sentence; null if there are none.</param>
internal sealed record Standing(PlanMeasurement? Best, bool Misses, IReadOnlyList<PlanMeasurement> Front, string? PassedOver);
