namespace Cluster.Coordinator.Views;

/// <summary>The candidates of a job: which items belong to which, and a candidate's state from its items.</summary>
internal sealed class CandidateFold
{
    private readonly List<CandidateView> _views = [];
    private readonly List<List<ItemView>> _items = [];
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private AccuracyResult? _float32;

    public IReadOnlyList<CandidateView> Views => _views;

    public static Plan? PlanOf(WorkItem? item) => item switch
    {
        AccuracyItem accuracy => accuracy.Plan,
        LatencyItem latency => latency.Plan,
        _ => null,
    };

    public CandidateView? Find(Plan plan) => _numbers.TryGetValue(plan.Digest, out var number) ? _views[number] : null;

    public void Propose(ItemView item, Plan plan, string purpose, DateTimeOffset at)
    {
        if (!_numbers.TryGetValue(plan.Digest, out var number))
        {
            _numbers[plan.Digest] = number = _views.Count;
            _views.Add(new CandidateView { Number = number, Plan = plan, Purpose = purpose, CreatedAt = at });
            _items.Add([]);
        }

        _items[number].Add(item);
        Update(number, at);
    }

    public CandidateView Complete(ItemView item, Plan plan, ItemCompleted completed, DateTimeOffset at)
    {
        var number = _numbers[plan.Digest];
        var images = (item.Item as AccuracyItem)?.Images;
        if (plan.IsBaseline && images is { IsFull: true })
        {
            _float32 = completed.Result as AccuracyResult;
        }

        Add(number, Evaluation(item, completed.Result, Drop(completed.Result, images), completed.Source));
        return Update(number, at);
    }

    /// <summary>Adds what a joint timing says of each of its plans: the latency by which they are compared, so their last one.</summary>
    public IReadOnlyList<CandidateView> Time(FinalTimingItem together, FinalTimingResult timed, ItemView item, ItemCompleted completed)
    {
        var numbers = together.Plans.Select(plan => _numbers[plan.Digest]).ToArray();
        foreach (var (number, latency) in numbers.Zip(timed.Plans))
        {
            Add(number, Evaluation(item, latency, drop: null, completed.Source));
        }

        return [.. numbers.Select(number => _views[number])];
    }

    /// <summary>Drops an item that will not be done: the candidate's state follows from its other items.</summary>
    public void Drop(ItemView item, Plan plan, DateTimeOffset at)
    {
        // A candidate without other items stays, marked as never done.
        var number = _numbers[plan.Digest];
        if (_items[number].Count > 1)
        {
            _items[number].Remove(item);
        }

        Update(number, at);
    }

    /// <summary>Adds a plan with numbers learned after the search, with all its measurements.</summary>
    public void Add(ItemView item, string purpose, LearnedResult learned, DateTimeOffset at)
    {
        var (plan, accuracy, latency) = (learned.Plan, learned.Accuracy, learned.Latency);
        var measured = Evaluation(item, accuracy, Drop(accuracy, ImageScope.Full), ResultSource.Measured);
        _numbers[plan.Digest] = _views.Count;
        _items.Add([]);
        _views.Add(new CandidateView
        {
            Number = _views.Count,
            Plan = plan,
            Purpose = purpose,
            Status = WorkStatus.Succeeded,
            Evaluations = latency is null ? [measured] : [measured, Evaluation(item, latency, drop: null, ResultSource.Measured)],
            CreatedAt = at,
            EndedAt = at,
        });
    }

    public CandidateView Update(Plan plan, DateTimeOffset at) => Update(_numbers[plan.Digest], at);

    // Readers take the last latency: of several kinds of machines, that of the kind where the plan gains least.
    private void Add(int number, EvaluationView evaluation)
    {
        EvaluationView[] all = [.. _views[number].Evaluations, evaluation];
        var slowest = all.Where(one => one is { Kind: not null, Result: LatencyResult })
            .GroupBy(one => one.Kind)
            .Select(kind => kind.MaxBy(one => one.Sequence)!)
            .MinBy(one => ((LatencyResult)one.Result).SpeedUp);
        _views[number] = _views[number] with { Evaluations = [.. all.OrderBy(one => one == slowest)] };
    }

    // If attempts are not recorded, a measured item was tried at least once.
    private static EvaluationView Evaluation(ItemView item, WorkResult result, double? drop, ResultSource source) =>
        new(
            item.Sequence,
            result,
            drop,
            source,
            source == ResultSource.Measured ? Math.Max(1, item.Attempts) : item.Attempts,
            item.Item?.Kind);

    private CandidateView Update(int number, DateTimeOffset at)
    {
        var items = _items[number];
        var failed = items.FirstOrDefault(item => item.Failure is not null);
        var running = items.LastOrDefault(item => item.Status == WorkStatus.Running);
        var status = running is not null ? WorkStatus.Running
            : items.Any(item => !item.HasEnded) ? WorkStatus.Queued
            : failed is null ? WorkStatus.Succeeded : WorkStatus.Failed;
        var hasEnded = status is WorkStatus.Succeeded or WorkStatus.Failed;
        return _views[number] = _views[number] with
        {
            Status = status,
            Node = running?.Node,
            Failure = hasEnded ? failed?.Failure : null,
            FailedAttempts = hasEnded ? failed?.Attempts ?? 0 : 0,
            EndedAt = hasEnded ? at : null,
        };
    }

    // Null rather than an error if the numbers of images do not match: a view only shows, the search has its own check.
    private double? Drop(WorkResult result, ImageScope? images) =>
        images is not null
            && result is AccuracyResult found
            && _float32 is { } reference
            && images.Indices(reference.Total).Length == found.Total
            ? PairedDrop.Of(reference, found, images).Drop
            : null;
}

/// <summary>One measurement of a candidate.</summary>
/// <param name="Sequence">The item's number in the job.</param>
/// <param name="Result">An <see cref="AccuracyResult"/> or a <see cref="LatencyResult"/>.</param>
/// <param name="Drop">Loss of top-1 against FP32 on the same images, a fraction; null for latencies, and if FP32 was not measured on
/// them.</param>
/// <param name="Source">The result's source.</param>
/// <param name="Attempts">How often it was tried; 0 if the result was known already.</param>
/// <param name="Kind">The kind of machine that it was timed on; null: the job's only one.</param>
public sealed record EvaluationView(int Sequence, WorkResult Result, double? Drop, ResultSource Source, int Attempts, string? Kind = null);

/// <summary>The state of one item while a <see cref="JobView"/> folds.</summary>
/// <param name="sequence">Its number.</param>
/// <param name="title">A short description.</param>
/// <param name="item">The item proposed by a round; null for one after the search.</param>
internal sealed class ItemView(int sequence, string title, WorkItem? item = null)
{
    public int Sequence => sequence;

    public WorkItem? Item => item;

    /// <summary>Attempts started so far.</summary>
    public int Attempts { get; private set; }

    /// <summary>Where the open attempt runs, or null.</summary>
    public string? Node { get; private set; }

    public bool HasEnded { get; private set; }

    public FailedResult? Failure { get; private set; }

    public WorkStatus Status => HasEnded ? (Failure is null ? WorkStatus.Succeeded : WorkStatus.Failed)
        : Node is null ? WorkStatus.Queued : WorkStatus.Running;

    public void Start(AttemptStarted started)
    {
        Attempts = started.Attempt;
        Node = started.Node;
    }

    public void Stop() => Node = null;

    public void End(FailedResult? failure = null, int attempts = 0)
    {
        Node = null;
        HasEnded = true;
        Failure = failure;
        Attempts = Math.Max(Attempts, attempts);
    }

    public WorkView ToWork() => new(Sequence, title, Status, Node, Attempts, Failure);
}
