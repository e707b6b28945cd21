namespace Cluster.Coordinator.Search.Facts;

/// <summary>The results of some completed rounds: by item, by plan and by kind. What they mean is above, in the search's memory.</summary>
internal class SearchFacts
{
    // By item: within a job the context is the same, and comparing records is much cheaper than hashing them to ids.
    private readonly Dictionary<WorkItem, WorkResult> _results = [];
    private readonly List<(RepairItem Item, RepairResult Result)> _repairs = [];
    private readonly AccuracyMemory _seen;
    private readonly TimingMemory _timed;
    private readonly Dictionary<GroupFormat, SensitivityResult> _sweeps = [];
    private readonly SweepPieces _pieces = new();
    private readonly string _accuracyContext;
    private readonly string _latencyContext;
    private readonly string _testContext;
    private int _followed;
    private int _followedSteps;

    public SearchFacts(JobSpec spec, SearchSpace space)
    {
        Spec = spec;
        Space = space;
        Simplest = new SimplicityComparer(space);
        Choice = new GroupChoice(spec.Options, space);
        Formats = space.Catalog;
        Baseline = Plan.Baseline(spec.Options.Target, space.Groups.Select(group => group.Name));
        _accuracyContext = spec.AccuracyContext;
        _latencyContext = spec.LatencyContext;
        _testContext = spec.TestContext;
        _seen = new AccuracyMemory(spec.Options, Baseline, _accuracyContext);
        Refusals = new ParityRefusals();
        _timed = new TimingMemory(spec, space);
    }

    public JobSpec Spec { get; }

    /// <summary>The kinds of machines that plans are timed on; null stands for the only one of a job that names none.</summary>
    public IReadOnlyList<string?> Kinds => _timed.Kinds;

    /// <summary>Cancels a long decision.</summary>
    public CancellationToken Cancellation { get; set; }

    public SearchSpace Space { get; }

    /// <summary>Corrects measured drops for the choice among the evaluated plans.</summary>
    public DropCorrection Correction => _seen.Correction;

    /// <summary>The labels that a person gave.</summary>
    public LabelBook Labels => _seen.Labels;

    /// <summary>Roundings that were learned before the exploration, in their order.</summary>
    public IReadOnlyList<(RepairItem Item, RepairResult Result)> Repaired => _repairs;

    /// <summary>The meaning of drops for people.</summary>
    public MetricScale Scale => Correction.Scale;

    public SimplicityComparer Simplest { get; }

    /// <summary>The groups that the job may quantize.</summary>
    public GroupChoice Choice { get; }

    /// <summary>The formats to choose from.</summary>
    public FormatCatalog Formats { get; }

    /// <summary>Whether a group may have the format of a number.</summary>
    public bool MayBe(int group, int format) =>
        format == 0 || (Choice.MayQuantize(group) && Space.Groups[group].Takes(Formats.All[format]));

    /// <summary>The original network.</summary>
    public Plan Baseline { get; }

    /// <summary>What FP32's answers say is wrong with the data, in a sentence; null where that is nothing, or not known yet.</summary>
    public string? Doubt => Raw(Baseline)?.Doubt;

    /// <summary>Whether what is wrong with the data is proved.</summary>
    public bool IsDataDoubted => Raw(Baseline)?.IsProved == true;

    /// <summary>The branch that no calibration sample takes, in a sentence; null where there is none, or not known yet.</summary>
    public string? Unseen => Raw(Baseline)?.Unseen;

    /// <summary>The sweep in the first offered format.</summary>
    public SensitivityResult? Sensitivity => SweepIn(Formats.First);

    /// <summary>A calibrator for each group, if chosen per group.</summary>
    public CalibratorResult? Calibrators { get; private set; }

    public ProfileResult? Profile => _timed.Profile;

    public TestResult? Test { get; private set; }

    /// <inheritdoc cref="AccuracyMemory.Failures"/>
    public int FailedPlans => _seen.Failures;

    public int FullEvaluations => _seen.FullEvaluations;

    public int SubsetEvaluations => _seen.SubsetEvaluations;

    public long Images => _seen.Images;

    /// <summary>Joint timings, in their order.</summary>
    public IReadOnlyList<FinalTimingResult> Finals => _timed.Finals;

    /// <summary>The parity gate's refusals, in their order.</summary>
    public ParityRefusals Refusals { get; }

    /// <summary>Plans with a known accuracy on the whole set, in that order.</summary>
    public IReadOnlyList<Plan> FullPlans => _seen.FullPlans;

    /// <summary>Plans with a known accuracy on a part of it only, with that accuracy.</summary>
    public IEnumerable<KeyValuePair<Plan, AccuracyResult>> PartlySeen => _seen.PartlySeen;

    public IReadOnlyList<(Plan Plan, LatencyResult Result)> Latencies => _timed.Latencies;

    /// <summary>Every timing of a plan relative to FP32, alone or jointly; timings of one session ran in turn.</summary>
    public IReadOnlyList<(int Session, Plan Plan, LatencyResult Result)> Timings => _timed.Timings;

    /// <summary>Evaluations of labelled images that steps after the search made.</summary>
    public int StepEvaluations { get; private set; }

    /// <summary>Why the job was stopped, or null if it was not.</summary>
    public string? Stopped { get; set; }

    /// <summary>How often the finalists were timed again after the job had finished.</summary>
    public int Retimings { get; set; }

    /// <summary>Evaluations left in the job's budget, 0 and up; those of steps after the search count too.</summary>
    public int BudgetLeft => Spec.Options.BudgetEvaluations is { } budget
        ? Math.Max(0, budget - FullEvaluations - SubsetEvaluations - StepEvaluations)
        : int.MaxValue;

    /// <summary>
    /// The baseline's milliseconds in the last joint timing, which decides and is shown to people, or else in the first observation: the
    /// unit that all other timings are scaled to.
    /// </summary>
    public double? BaselineMs => _timed.BaselineMs;

    /// <summary>The plans of the last joint timing, in the order requested; empty before.</summary>
    public IReadOnlyList<Plan> TimedTogether => _timed.TimedTogether;

    /// <summary>Predictions, or null before anything was timed.</summary>
    public LatencyModel? Model => _timed.Model;

    /// <summary>Adds what is new; the lists must be later ones of the same job.</summary>
    public void Follow(IReadOnlyList<WorkItem> items, IReadOnlyList<WorkResult> results, IReadOnlyList<StepEvent> steps)
    {
        for (; _followed < results.Count; _followed++)
        {
            Add(items[_followed], results[_followed]);
        }

        for (; _followedSteps < steps.Count; _followedSteps++)
        {
            Add(steps[_followedSteps]);
        }
    }

    public AccuracyItem AccuracyOf(Plan plan, ImageScope images) => _seen.Item(plan, images);

    public LatencyItem LatencyOf(Plan plan) => new(_latencyContext, plan);

    public ProfileItem ProfileOf(Plan plan) => new(_latencyContext, plan);

    /// <summary>The sweep in a format, if there was one.</summary>
    public SensitivityResult? SweepIn(GroupFormat format) => _sweeps.GetValueOrDefault(format);

    /// <summary>The sweep over all groups with the calibrators of a quantized plan, in pieces if it is large enough.</summary>
    /// <param name="images">The most images; all if there are fewer.</param>
    /// <param name="format">The format of the one group; null: the first offered format.</param>
    public IEnumerable<SensitivityItem> SensitivityOf(Plan plan, int images, GroupFormat? format = null)
    {
        var swept = format ?? Formats.First;
        var calibrators = plan.Groups.Where(group => !group.Format.IsBaseline).Select(group => group.Calibrator).ToArray();
        var isOne = calibrators.All(calibrator => string.Equals(calibrator, calibrators[0], StringComparison.Ordinal));
        long seed = SplitMix64.Derive(Spec.Options.Seed, "sensitivity");
        var whole = new SensitivityItem(
            _accuracyContext, calibrators[0], images, isOne ? null : plan, seed, swept == GroupFormat.Int8 ? null : swept);
        var present = Math.Min(images, Full(Baseline)?.Total ?? images);
        return SweepPart.Of(present, Spec.SweepParts).Select(part => whole with { Part = part });
    }

    /// <summary>The choice of a calibrator for each group, or null if one is chosen for all of them.</summary>
    public CalibratorItem? CalibratorsOf(Plan plan) =>
        Spec.Options is { Calibrators: CalibratorScope.Group, CanonicalMethods: { Count: > 1 } methods }
            && plan.Groups.Any(group => group.Format.IsCalibrated)
            ? new CalibratorItem(_accuracyContext, plan, methods)
            : null;

    public ParityItem ParityOf(Plan plan) => new(_accuracyContext, plan);

    public FinalTimingItem FinalTimingOf(IReadOnlyList<Plan> plans, int? patience = null, int? again = null) =>
        new(_latencyContext, plans, patience, again);

    public TestItem TestOf(Plan plan) => new(_testContext, plan);

    /// <summary>A timing on each kind of machine that it is missing for; any other item as it is.</summary>
    public IEnumerable<WorkItem> OnEachKind(WorkItem item) => Spec.Options.Kinds is { } kinds && item.IsExclusive
        ? kinds.Select(kind => item with { Kind = kind }).Where(one => !Knows(one))
        : [item];

    /// <summary>What the gate found of a plan's file; null before that, and where it failed.</summary>
    public ParityFinding? Parity(Plan plan) => (_results.GetValueOrDefault(ParityOf(plan)) as ParityResult)?.Finding;

    public RangesItem RangesOf(Plan plan) => new(_accuracyContext, plan);

    /// <summary>How a plan's ranges fit the evaluation images; null before that, and where it failed.</summary>
    public RangesResult? Ranges(Plan plan) => _results.GetValueOrDefault(RangesOf(plan)) as RangesResult;

    public bool Knows(WorkItem item) => _results.ContainsKey(item);

    public void Add(WorkItem item, WorkResult result)
    {
        if (result is UndoneResult)
        {
            return;
        }

        _results[item] = result;
        if (item.Kind is not null)
        {
            if (_timed.Join(item, result) is { } joint)
            {
                Add(item with { Kind = null }, joint);
            }

            return;
        }

        _timed.Add(item, result);
        switch (item, result)
        {
            case (AccuracyItem accuracy, _):
                _seen.Add(accuracy, result);
                break;
            case (ParityItem parity, _):
                Refusals.Add(parity.Plan, result);
                break;
            case (_, SensitivityResult found):
                if (_pieces.Add(found) is { } sweep)
                {
                    _sweeps[sweep.Swept] = sweep;
                }

                break;
            case (RepairItem repair, RepairResult found):
                _repairs.Add((repair, found));
                break;
            case (_, CalibratorResult found):
                Calibrators = found;
                break;
            case (_, TestResult found):
                Test = found;
                break;
            case (LabelItem asked, LabelResult given):
                _seen.Add(asked, given);
                break;
        }
    }

    public AccuracyResult? Accuracy(Plan plan, ImageScope images) => _seen.Accuracy(plan, images);

    public AccuracyResult? Full(Plan plan) => _seen.Full(plan);

    /// <summary>A plan's drop on the part of the images on which it was seen; null if there is none.</summary>
    public ImageScope? PartOf(Plan plan) => _seen.PartOf(plan);

    /// <summary>A plan's accuracy on the whole set, or else on the part of it on which it was seen.</summary>
    public AccuracyResult? Seen(Plan plan) => _seen.Seen(plan);

    /// <summary>A plan's result on all images without what labels settle; null if there is none.</summary>
    public AccuracyResult? Raw(Plan plan) => _seen.Raw(plan);

    /// <summary>Two plans' accuracies on the same images, the whole set if possible; null if there are none.</summary>
    public (AccuracyResult One, AccuracyResult Other)? Alike(Plan one, Plan other)
    {
        var scope = Seen(one)?.Part ?? Seen(other)?.Part ?? ImageScope.Full;
        return Accuracy(one, scope) is { } first && Accuracy(other, scope) is { } second ? (first, second) : null;
    }

    /// <summary>The accuracy of a file with learned numbers, as far as labels settle it.</summary>
    public AccuracyResult Settled(AccuracyResult learned) => _seen.Settled(learned);

    public FailedResult? Failure(WorkItem item) => _results.GetValueOrDefault(item) as FailedResult;

    /// <summary>Why a plan could not be evaluated, on all images or on a part.</summary>
    public FailedResult? Failure(Plan plan) => _seen.Failure(plan);

    /// <summary>A plan's drop against FP32, image by image; null before both were evaluated.</summary>
    public PairedDrop? Paired(Plan plan, ImageScope images) => _seen.Paired(plan, images);

    /// <summary>
    /// A plan's latency: from its last joint timing, else from its own, else that of a plan with the same formats, and so the same kernels.
    /// </summary>
    /// <param name="plan">The plan.</param>
    /// <param name="kind">The kind of machine; null: the only one or, of several, that where the plan gains least.</param>
    public LatencyResult? Latency(Plan plan, string? kind = null) => _timed.Latency(plan, kind);

    /// <summary>
    /// Measured milliseconds, scaled by the baseline's interleaved run, so that plans measured while the machine was slower or faster are
    /// comparable.
    /// </summary>
    public double? Ms(Plan plan) => Ms(plan, kind: null);

    /// <summary>The same on a kind of machine, beside the same FP32.</summary>
    public double? Ms(Plan plan, string? kind) => _timed.Ms(plan, kind);

    /// <summary>Milliseconds of any timing on the same scale; null if there is none yet.</summary>
    public double? Ms(LatencyResult latency) => _timed.Ms(latency);

    /// <summary>The latency model fitted without plans that have this one's formats, or null if nothing is left.</summary>
    public LatencyModel? ModelWithout(Plan plan) => _timed.ModelWithout(plan);

    private void Add(StepEvent step)
    {
        if (step is StepCompleted completed)
        {
            StepEvaluations += EvaluationsOf(completed.Result);
            if (completed.Result is LearnedResult learned)
            {
                _seen.Add(learned.Plan, learned.Accuracy);
            }
        }
    }

    private static int EvaluationsOf(WorkResult result) => result switch
    {
        ReconstructResult rebuilt => Math.Max(1, rebuilt.Evaluations),
        LearnedResult or WeightProbeResult => 1,
        _ => 0,
    };
}
