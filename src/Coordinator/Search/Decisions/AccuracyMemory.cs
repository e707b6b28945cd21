namespace Cluster.Coordinator.Search.Decisions;

/// <summary>What was found of plans' accuracy on the evaluation set, as far as labels given later settle it.</summary>
/// <param name="options">The job's.</param>
/// <param name="baseline">The original network.</param>
/// <param name="context">See <see cref="JobSpec.AccuracyContext"/>.</param>
internal sealed class AccuracyMemory(JobOptions options, Plan baseline, string context)
{
    private readonly Dictionary<AccuracyItem, AccuracyResult> _results = [];
    private readonly Dictionary<AccuracyItem, PairedDrop> _paired = [];
    private readonly Dictionary<AccuracyItem, AccuracyResult> _settled = [];
    private readonly Dictionary<Plan, FailedResult> _failures = [];
    private readonly List<(Plan Plan, AccuracyResult Accuracy)> _learned = [];
    private readonly List<Plan> _fullPlans = [];
    private readonly OrderedDictionary<Plan, AccuracyResult> _firstLooks = [];

    /// <inheritdoc cref="Facts.SearchFacts.Correction"/>
    public DropCorrection Correction { get; private set; } = new(options);

    /// <inheritdoc cref="Facts.SearchFacts.Labels"/>
    public LabelBook Labels { get; } = new();

    /// <inheritdoc cref="Facts.SearchFacts.FullPlans"/>
    public IReadOnlyList<Plan> FullPlans => _fullPlans;

    /// <inheritdoc cref="Facts.SearchFacts.PartlySeen"/>
    public IEnumerable<KeyValuePair<Plan, AccuracyResult>> PartlySeen => _firstLooks.Where(look => Full(look.Key) is null);

    /// <summary>Evaluations on all images, those that failed among them.</summary>
    public int FullEvaluations { get; private set; }

    /// <summary>Plans of which an evaluation failed.</summary>
    public int Failures => _failures.Count;

    /// <summary>Evaluations on a part of the images.</summary>
    public int SubsetEvaluations { get; private set; }

    /// <summary>Images that plans were evaluated on.</summary>
    public long Images { get; private set; }

    /// <summary>The item that asks for a plan's accuracy.</summary>
    public AccuracyItem Item(Plan plan, ImageScope images) => new(context, plan, images);

    /// <summary>Adds a result, or a failure.</summary>
    public void Add(AccuracyItem item, WorkResult result)
    {
        FullEvaluations += item.Images.IsFull ? 1 : 0;
        SubsetEvaluations += item.Images.IsFull ? 0 : 1;
        if (result is not AccuracyResult found)
        {
            _failures.TryAdd(item.Plan, (FailedResult)result);
            return;
        }

        Images += found.Total;
        found = item.Images.IsFull ? found : found with { Part = item.Images };
        _results[item] = found;
        if (!item.Images.IsFull)
        {
            _firstLooks.TryAdd(item.Plan, found);
        }
        else
        {
            if (item.Plan.IsBaseline)
            {
                Correction.Begin(found);
            }

            _fullPlans.Add(item.Plan);
        }

        AddLook(item.Plan, Settled(item, found));
    }

    /// <summary>Adds the accuracy of a file with learned numbers.</summary>
    public void Add(Plan plan, AccuracyResult learned)
    {
        _learned.Add((plan, learned));
        AddLook(plan, Settled(learned));
    }

    /// <summary>Adds labels, which change what is known of every plan.</summary>
    public void Add(LabelItem item, LabelResult given)
    {
        Labels.Add(item, given);
        _settled.Clear();
        _paired.Clear();
        Correction = new DropCorrection(options);
        Correction.Begin(Full(baseline)!);
        foreach (var (plan, part) in _firstLooks)
        {
            AddLook(plan, Accuracy(plan, part.Part!)!);
        }

        foreach (var plan in _fullPlans)
        {
            AddLook(plan, Full(plan)!);
        }

        foreach (var (plan, learned) in _learned)
        {
            AddLook(plan, Settled(learned));
        }
    }

    /// <summary>A plan's accuracy on these images; null if there is none.</summary>
    public AccuracyResult? Accuracy(Plan plan, ImageScope images) =>
        Item(plan, images) is var item && _results.GetValueOrDefault(item) is { } found ? Settled(item, found) : null;

    /// <summary>A plan's accuracy on the whole set; null if there is none.</summary>
    public AccuracyResult? Full(Plan plan) => Accuracy(plan, ImageScope.Full);

    /// <inheritdoc cref="Facts.SearchFacts.Seen"/>
    public AccuracyResult? Seen(Plan plan) => Full(plan) ?? (PartOf(plan) is { } part ? Accuracy(plan, part) : null);

    /// <summary>The images of a plan's first look, if that was not on all of them.</summary>
    public ImageScope? PartOf(Plan plan) => _firstLooks.GetValueOrDefault(plan)?.Part;

    /// <inheritdoc cref="Facts.SearchFacts.Raw"/>
    public AccuracyResult? Raw(Plan plan) => _results.GetValueOrDefault(Item(plan, ImageScope.Full));

    /// <inheritdoc cref="Facts.SearchFacts.Settled"/>
    public AccuracyResult Settled(AccuracyResult learned) => Settled(learned, ImageScope.Full);

    /// <inheritdoc cref="Facts.SearchFacts.Failure(Plan)"/>
    public FailedResult? Failure(Plan plan) => _failures.GetValueOrDefault(plan);

    /// <inheritdoc cref="Facts.SearchFacts.Paired"/>
    public PairedDrop? Paired(Plan plan, ImageScope images)
    {
        var item = Item(plan, images);
        if (_paired.TryGetValue(item, out var known))
        {
            return known;
        }

        return Full(baseline) is { } reference && Accuracy(plan, images) is { } candidate
            ? _paired[item] = PairedDrop.Of(reference, candidate, images)
            : null;
    }

    // FP32 is evaluated first; without it no comparison is possible, and the search ends.
    private void AddLook(Plan plan, AccuracyResult accuracy)
    {
        if (!plan.IsBaseline && Full(baseline) is { } reference)
        {
            Correction.Add(reference, accuracy, accuracy.Witness(plan));
        }
    }

    private AccuracyResult Settled(AccuracyItem item, AccuracyResult found) => found.Answers is null ? found
        : _settled.TryGetValue(item, out var known) ? known
        : _settled[item] = Settled(found, item.Images);

    private AccuracyResult Settled(AccuracyResult found, ImageScope images) =>
        Raw(baseline) is { } float32 ? Labels.Settle(float32, found, images) : found;
}
