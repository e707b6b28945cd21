using System.Runtime.CompilerServices;

namespace Cluster.Coordinator.Work;

/// <summary>One piece of work for an evaluator; a closed set.</summary>
/// <param name="Context">Digest of everything outside the item that determines its result (see <see cref="Model.JobSpec"/>).</param>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(AccuracyItem), "accuracy")]
[JsonDerivedType(typeof(LatencyItem), "latency")]
[JsonDerivedType(typeof(SensitivityItem), "sensitivity")]
[JsonDerivedType(typeof(CalibratorItem), "calibrators")]
[JsonDerivedType(typeof(ParityItem), "parity")]
[JsonDerivedType(typeof(RangesItem), "ranges")]
[JsonDerivedType(typeof(FinalTimingItem), "finalTiming")]
[JsonDerivedType(typeof(ProfileItem), "profile")]
[JsonDerivedType(typeof(TestItem), "test")]
[JsonDerivedType(typeof(LabelItem), "labels")]
[JsonDerivedType(typeof(RepairItem), "repair")]
[JsonDerivedType(typeof(ReconstructItem), "reconstruct")]
[JsonDerivedType(typeof(FineTuneItem), "fineTune")]
[JsonDerivedType(typeof(PublishItem), "publish")]
[JsonDerivedType(typeof(PrepareItem), "prepare")]
public abstract record WorkItem(string Context)
{
    // Stored outside the item, as a member would count as part of its value.
    private static readonly ConditionalWeakTable<WorkItem, string> Ids = [];

    /// <summary>SHA-256 of the item's canonical JSON: equal ids have equal results, up to timing noise.</summary>
    [JsonIgnore]
    public string Id => Ids.GetValue(this, static item => CanonicalJson.Digest<WorkItem>(item));

    /// <summary>The kind of machine to time it on (<see cref="JobOptions.Kinds"/>); null: the job's only one.</summary>
    public string? Kind { get; init; }

    /// <summary>Whether the item measures time and so needs the machine exclusively.</summary>
    [JsonIgnore]
    public virtual bool IsExclusive => false;

    /// <summary>Whether its result may be reused by other jobs.</summary>
    [JsonIgnore]
    public virtual bool IsCacheable => false;

    /// <summary>Whether it may take hours: its lease is longer, and it saves checkpoints for the next attempt.</summary>
    [JsonIgnore]
    public virtual bool IsLong => false;

    /// <summary>Where it may be done.</summary>
    [JsonIgnore]
    public virtual WorkPlace Place => WorkPlace.Target;

    /// <summary>
    /// The number under which its attempts are recorded if it follows the search: <see cref="PublishItem.Sequence"/>, or below; null for an
    /// item of a round, which has its sequence number in the job.
    /// </summary>
    [JsonIgnore]
    public virtual int? StepSequence => null;

    /// <summary>A short description for progress lines.</summary>
    [JsonIgnore]
    public abstract string Title { get; }

    /// <summary>The kind of machine as the end of a description.</summary>
    protected string OnKind => Kind is null ? string.Empty : $" on {Kind}";
}

/// <summary>Build the plan's artefact and count its right answers on images of the evaluation set.</summary>
/// <param name="Context">See <see cref="JobSpec.AccuracyContext"/>.</param>
/// <param name="Plan">The candidate.</param>
/// <param name="Images">Which images.</param>
public sealed record AccuracyItem(string Context, Plan Plan, ImageScope Images) : WorkItem(Context)
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override bool IsCacheable => true;

    /// <inheritdoc/>
    [JsonIgnore]
    public override WorkPlace Place => Images.IsFull ? WorkPlace.Target : WorkPlace.Glance;

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Title => $"accuracy of {Plan}" + (Images.IsFull ? string.Empty : $" on {Images.Count} images");
}

/// <summary>Measure the latency of the plan's artefact, interleaved with the FP32 network.</summary>
/// <param name="Context">See <see cref="Model.JobSpec.LatencyContext"/>.</param>
/// <param name="Plan">The candidate.</param>
public sealed record LatencyItem(string Context, Plan Plan) : WorkItem(Context)
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override bool IsExclusive => true;

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Title => $"latency of {Plan}{OnKind}";
}

/// <summary>Compare the plan's artefact in its runtime with its simulation, as before publishing.</summary>
/// <param name="Context">See <see cref="JobSpec.AccuracyContext"/>.</param>
/// <param name="Plan">The candidate, with a group that is quantized.</param>
public sealed record ParityItem(string Context, Plan Plan) : WorkItem(Context)
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override bool IsCacheable => true;

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Title => $"parity of {Plan}";
}

/// <summary>Compare the ranges of a plan's groups with the values that they have on the evaluation images.</summary>
/// <param name="Context">See <see cref="JobSpec.AccuracyContext"/>.</param>
/// <param name="Plan">The candidate, with a group that is quantized.</param>
public sealed record RangesItem(string Context, Plan Plan) : WorkItem(Context)
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override WorkPlace Place => WorkPlace.Simulation;

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Title => $"ranges of {Plan}";
}

/// <summary>Time several plans' artefacts in turn with each other and FP32.</summary>
/// <param name="Context">See <see cref="Model.JobSpec.LatencyContext"/>.</param>
/// <param name="Plans">The candidates, each once and none FP32.</param>
/// <param name="Patience">Multiple of the usual time limit, 2 and up; null: the usual limit.</param>
/// <param name="Again">Which time it is that a finished job is timed again, 1 and up; null: it is not.</param>
public sealed record FinalTimingItem(string Context, IReadOnlyList<Plan> Plans, int? Patience = null, int? Again = null) : WorkItem(Context)
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override bool IsExclusive => true;

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Title => $"latency of {Plans.Count} finalists together"
        + $"{(Again is not null ? ", again" : Patience is null ? string.Empty : ", longer")}{OnKind}";

    /// <inheritdoc/>
    public bool Equals(FinalTimingItem? other) => base.Equals(other)
        && (Patience, Again) == (other.Patience, other.Again)
        && Plans.SequenceEqual(other.Plans);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Context, Plans.Count, Plans[0], Patience, Again);
}

/// <summary>
/// Measure each group in FP32 and in 8 bits by the runtime's per-kernel profile, and the cost of quantizing and dequantizing each edge.
/// </summary>
/// <param name="Context">See <see cref="Model.JobSpec.LatencyContext"/>.</param>
/// <param name="Plan">An all-8-bit plan.</param>
public sealed record ProfileItem(string Context, Plan Plan) : WorkItem(Context)
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override bool IsExclusive => true;

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Title => $"profile of each group{OnKind}";
}

/// <summary>One sweep over all groups with cached prefixes: each group alone in a format, all others in FP32.</summary>
/// <param name="Context">See <see cref="Model.JobSpec.AccuracyContext"/>.</param>
/// <param name="Calibrator">The calibrator of the one group.</param>
/// <param name="Images">Number of images of the evaluation set (all, if it has fewer).</param>
/// <param name="Plan">
/// If groups have their own calibrators: the plan that defines them; FP32 groups get <paramref name="Calibrator"/>.
/// </param>
/// <param name="Seed">Seed for drawing the images, stratified by label.</param>
/// <param name="Format">The format of the one group; null for 8 bits.</param>
/// <param name="Part">Which of these images alone; null: all of them.</param>
public sealed record SensitivityItem(
    string Context,
    string Calibrator,
    int Images,
    Plan? Plan = null,
    long Seed = 0,
    GroupFormat? Format = null,
    SweepPart? Part = null)
    : WorkItem(Context)
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override bool IsCacheable => true;

    /// <inheritdoc/>
    [JsonIgnore]
    public override WorkPlace Place => WorkPlace.Simulation;

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Title =>
        $"sensitivity of each group{(Format is null ? string.Empty : $" in {Format.Title}")} "
        + $"({(Plan is null ? Calibrator : "a calibrator each")}, {Images} images{(Part is null ? string.Empty : $", {Part}")})";
}

/// <summary>
/// Choose a calibrator for each quantized group, on held-back calibration images and without labels: each group alone in 8 bits by each
/// calibrator, then all of them together, one group after another.
/// </summary>
/// <param name="Context">See <see cref="Model.JobSpec.AccuracyContext"/>.</param>
/// <param name="Plan">Which groups are quantized, and in how many bits; its calibrators are ignored.</param>
/// <param name="Methods">The calibrators, each once, in order of preference among equals.</param>
public sealed record CalibratorItem(string Context, Plan Plan, IReadOnlyList<string> Methods) : WorkItem(Context)
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override bool IsCacheable => true;

    /// <inheritdoc/>
    [JsonIgnore]
    public override WorkPlace Place => WorkPlace.Simulation;

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Title => $"calibrator of each group ({string.Join(", ", Methods)})";

    /// <inheritdoc/>
    public bool Equals(CalibratorItem? other) => other is not null
        && string.Equals(Context, other.Context, StringComparison.Ordinal)
        && Plan.Equals(other.Plan)
        && Methods.SequenceEqual(other.Methods, StringComparer.Ordinal);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Context, Plan, Methods.Count);
}

/// <summary>
/// Learn the roundings of a plan on calibration images, layer by layer or block by block, for plans to choose from group by group: nothing
/// is evaluated. What is finished is kept, and the next attempt continues after it.
/// </summary>
/// <param name="Context">See <see cref="JobSpec.RepairContext"/>.</param>
/// <param name="Plan">Groups in one format of integers.</param>
/// <param name="Method">One of the methods.</param>
/// <param name="Iterations">Iterations per layer; per block of BRECQ and QDrop.</param>
public sealed record RepairItem(string Context, Plan Plan, RepairMethod Method, int Iterations) : WorkItem(Context)
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override bool IsLong => true;

    /// <inheritdoc/>
    [JsonIgnore]
    public override WorkPlace Place => WorkPlace.Learning;

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Title =>
        $"repair by {Method.Step().Title()}, {Iterations} iterations a {(Method == RepairMethod.AdaRound ? "layer" : "block")}, "
        + FormatShares.Of(Plan);
}

/// <summary>Count the right answers of the winner, and of FP32, on the test set: once in a job.</summary>
/// <param name="Context">See <see cref="Model.JobSpec.TestContext"/>.</param>
/// <param name="Plan">The winner.</param>
public sealed record TestItem(string Context, Plan Plan) : WorkItem(Context)
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override string Title => $"test of {Plan}";
}

/// <summary>Ask a person for the labels of images: no evaluator does it, and the job waits until they are given.</summary>
/// <param name="Context">See <see cref="JobSpec.AccuracyContext"/>.</param>
/// <param name="Images">Indices in the evaluation set, the most telling first.</param>
public sealed record LabelItem(string Context, IReadOnlyList<int> Images) : WorkItem(Context)
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override string Title => Images.Count == 1 ? "1 label" : $"{Images.Count} labels";

    /// <inheritdoc/>
    public bool Equals(LabelItem? other) => other is not null
        && string.Equals(Context, other.Context, StringComparison.Ordinal)
        && Images.SequenceEqual(other.Images);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Context, Images.Count);
}

/// <summary>
/// Train the numbers of a plan, without changing any group's precision, and measure the resulting file. Never proposed by a strategy: it
/// follows the selection. Long: it saves checkpoints, from which the next attempt continues.
/// </summary>
/// <param name="Context">See <see cref="Model.JobSpec.FineTuneContext"/>.</param>
/// <param name="Plan">The winner, or a faster plan that was refused for its accuracy.</param>
/// <param name="Epochs">Passes over the training images.</param>
/// <param name="Learned">SHA-256 of the learned parameters in the plan's build, or null if there are none.</param>
public sealed record FineTuneItem(string Context, Plan Plan, int Epochs, string? Learned = null) : WorkItem(Context)
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override bool IsLong => true;

    /// <inheritdoc/>
    [JsonIgnore]
    public override WorkPlace Place => WorkPlace.Learning;

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Title => TitleOf(Epochs, Rank);

    /// <inheritdoc/>
    [JsonIgnore]
    public override int? StepSequence => SequenceOf(Rank);

    /// <summary>The index of the plan among those trained one after another, from 0.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Rank { get; init; }

    /// <summary>The <see cref="WorkItem.StepSequence"/> of the first plan's item.</summary>
    public const int Sequence = -2;

    /// <summary>The same for another plan: the numbers in between belong to reconstruction.</summary>
    public static int SequenceOf(int rank) => rank == 0 ? Sequence : ReconstructItem.SequenceOf(ReconstructionStep.QDrop, 1) - rank;

    /// <summary>"1 epoch", "5 epochs".</summary>
    public static string EpochsOf(int count) => count == 1 ? "1 epoch" : $"{count} epochs";

    /// <summary>A short description of such an item.</summary>
    public static string TitleOf(int epochs, int rank) =>
        $"fine-tuning, {EpochsOf(epochs)}"
        + rank switch { 0 => string.Empty, 1 => ", of the second plan", _ => ", of the third plan" };
}

/// <summary>
/// One step of an escalation: learn the roundings of a plan, without changing any group's precision, and measure the resulting file; or
/// first find out whether weights are worth it. Never proposed by a strategy: it follows the selection. Finished blocks are kept, and the
/// next attempt continues after them.
/// </summary>
/// <param name="Context">See <see cref="Model.JobSpec.ReconstructionContext"/>.</param>
/// <param name="Plan">The plan whose roundings are learned.</param>
/// <param name="Step">The method.</param>
/// <param name="Iterations">Iterations per block, per layer for AdaRound; 0 for the probe.</param>
public sealed record ReconstructItem(string Context, Plan Plan, ReconstructionStep Step, int Iterations) : WorkItem(Context)
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override bool IsLong => Step != ReconstructionStep.Probe;

    /// <inheritdoc/>
    [JsonIgnore]
    public override WorkPlace Place => IsLong ? WorkPlace.Learning : WorkPlace.Glance;

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Title => TitleOf(Step, Iterations, Rank);

    /// <inheritdoc/>
    [JsonIgnore]
    public override int? StepSequence => SequenceOf(Step, Rank);

    /// <summary>The index of the plan among those reconstructed one after another, from 0.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Rank { get; init; }

    /// <summary>The <see cref="WorkItem.StepSequence"/> of a step's item: from -3 down, in the order of the steps, plan by plan.</summary>
    public static int SequenceOf(ReconstructionStep step, int rank = 0) =>
        FineTuneItem.Sequence - 1 - (int)step - (rank * ((int)ReconstructionStep.QDrop + 1));

    /// <summary>A short description of such an item.</summary>
    public static string TitleOf(ReconstructionStep step, int iterations, int rank) => step switch
    {
        ReconstructionStep.Probe => "probe with FP32 weights",
        ReconstructionStep.AdaRound => $"AdaRound, {iterations} iterations a layer",
        _ => $"{step.Title()}, {iterations} iterations a block",
    } + (rank == 0 ? string.Empty : ", of the second plan");
}
