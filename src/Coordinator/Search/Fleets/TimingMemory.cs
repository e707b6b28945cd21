namespace Cluster.Coordinator.Search.Fleets;

/// <summary>
/// What was timed of plans, on each kind of machine and on all of them together, where a plan is as fast as on the kind where it gains
/// least; and the model that is fitted to it.
/// </summary>
internal sealed class TimingMemory(JobSpec spec, SearchSpace space)
{
    private static readonly string?[] OnlyKind = [null];

    private readonly List<(Plan Plan, LatencyResult Result)> _latencies = [];
    private readonly Dictionary<Plan, Plan> _timedOfFormats = new(Plan.ByFormats); // the first of each
    private readonly List<FinalTimingResult> _finals = [];
    private readonly List<(int Session, Plan Plan, LatencyResult Result)> _timings = [];
    private readonly Dictionary<string, int> _turns = new(StringComparer.Ordinal); // sessions
    private readonly Dictionary<(string? Kind, string Plan), LatencyResult> _latest = [];
    private readonly Dictionary<WorkItem, WorkResult> _ofKinds = [];
    private readonly Dictionary<string, ProfileResult> _profiles = new(StringComparer.Ordinal);
    private LatencyModel? _model;

    /// <inheritdoc cref="Facts.SearchFacts.Kinds"/>
    public IReadOnlyList<string?> Kinds { get; } = spec.Options.Kinds is { } kinds ? [.. kinds] : OnlyKind;

    /// <inheritdoc cref="Facts.SearchFacts.Latencies"/>
    public IReadOnlyList<(Plan Plan, LatencyResult Result)> Latencies => _latencies;

    /// <inheritdoc cref="Facts.SearchFacts.Finals"/>
    public IReadOnlyList<FinalTimingResult> Finals => _finals;

    /// <inheritdoc cref="Facts.SearchFacts.Timings"/>
    public IReadOnlyList<(int Session, Plan Plan, LatencyResult Result)> Timings => _timings;

    /// <inheritdoc cref="Facts.SearchFacts.TimedTogether"/>
    public IReadOnlyList<Plan> TimedTogether { get; private set; } = [];

    /// <summary>The profile, on the first kind.</summary>
    public ProfileResult? Profile { get; private set; }

    /// <inheritdoc cref="Facts.SearchFacts.BaselineMs"/>
    public double? BaselineMs => _finals is [.., { Plans: [{ Float32MedianMs: var last }, ..] }] ? last
        : _latencies is [{ Result.Float32MedianMs: var first }, ..] ? first
        : null;

    /// <inheritdoc cref="Facts.SearchFacts.Model"/>
    public LatencyModel? Model => _model ??= FitModel(static _ => true);

    /// <summary>Adds a timing on one kind; returns the joint result once there is one on every kind, else null.</summary>
    public WorkResult? Join(WorkItem item, WorkResult result)
    {
        _ofKinds[item] = result;
        KeepLatest(item.Kind, result);
        if (result is ProfileResult profile)
        {
            _profiles[item.Kind!] = profile;
        }

        WorkResult[] known = [.. Kinds.Select(kind => _ofKinds.GetValueOrDefault(item with { Kind = kind })).OfType<WorkResult>()];
        return known.Length == Kinds.Count ? SlowestKind.Of(known) : null;
    }

    /// <summary>Adds a timing on the only kind, or the joint one.</summary>
    public void Add(WorkItem item, WorkResult result)
    {
        switch (item, result)
        {
            case (LatencyItem latency, LatencyResult found):
                _latencies.Add((latency.Plan, found));
                _timedOfFormats.TryAdd(latency.Plan, latency.Plan);
                _timings.Add((SessionOf(found), latency.Plan, found));
                break;
            case (FinalTimingItem together, FinalTimingResult found):
                _finals.Add(found);
                TimedTogether = together.Plans;
                _timings.AddRange(together.Plans.Zip(found.Plans, (plan, timed) => (_latencies.Count + _finals.Count, plan, timed)));
                break;
            case (_, ProfileResult found):
                Profile = found;
                break;
            default:
                return;
        }

        // Every input of the fit.
        KeepLatest(kind: null, result);
        _model = null;
    }

    /// <inheritdoc cref="Facts.SearchFacts.Latency"/>
    public LatencyResult? Latency(Plan plan, string? kind) =>
        _latest.TryGetValue((kind, plan.Digest), out var own) ? own
        : _timedOfFormats.TryGetValue(plan, out var same) && _latest.TryGetValue((kind, same.Digest), out var timed)
            ? timed with { PlanDigest = plan.Digest }
            : null;

    /// <inheritdoc cref="Facts.SearchFacts.Ms(Plan, string)"/>
    public double? Ms(Plan plan, string? kind) => plan.IsBaseline ? BaselineMs
        : Latency(plan, kind) is { } latency ? Ms(latency)
        : null;

    /// <inheritdoc cref="Facts.SearchFacts.Ms(LatencyResult)"/>
    public double? Ms(LatencyResult latency) => latency.MedianMs * (BaselineMs / latency.Float32MedianMs);

    /// <inheritdoc cref="Facts.SearchFacts.ModelWithout"/>
    public LatencyModel? ModelWithout(Plan plan) => FitModel(other => !other.HasFormatsOf(plan));

    // A joint timing counts more than a plan's own.
    private void KeepLatest(string? kind, WorkResult result)
    {
        switch (result)
        {
            case LatencyResult alone:
                _latest.TryAdd((kind, alone.PlanDigest), alone);
                break;
            case FinalTimingResult together:
                foreach (var timed in together.Plans)
                {
                    _latest[(kind, timed.PlanDigest)] = timed;
                }

                break;
        }
    }

    // Timings that ran in one turn are one session.
    private int SessionOf(LatencyResult found)
    {
        var session = _latencies.Count + _finals.Count;
        return found.Turn is null || _turns.TryAdd(found.Turn, session) ? session : _turns[found.Turn];
    }

    private LatencyModel? FitModel(Func<Plan, bool> isUsed) =>
        Kinds.Select(kind => FitModel(kind, isUsed)).OfType<LatencyModel>().ToArray() is { Length: > 0 } models
            ? LatencyModel.Slowest(models)
            : null;

    private LatencyModel? FitModel(string? kind, Func<Plan, bool> isUsed)
    {
        if (BaselineMs is not { } baselineMs)
        {
            return null;
        }

        var formats = space.Catalog;
        var samples = _latencies
            .Where(entry => isUsed(entry.Plan))
            .Select(entry => new LatencySample(formats.NumbersOf(entry.Plan), Ms(entry.Plan, kind)!.Value))
            .ToArray();
        if (Profile is not null)
        {
            return LatencyModel.Fit(space, kind is null ? Profile : _profiles[kind], baselineMs, samples);
        }

        // A format in which no plan was timed is assumed to save nothing.
        var totals = formats.All.Skip(1).Select(format => TotalMs(kind, format, isUsed)).ToArray();
        return totals.All(total => total is null)
            ? null
            : LatencyModel.FromTotals(
                space, [baselineMs, .. totals.Select(total => total ?? baselineMs)], spec.Options.Batch, samples);
    }

    private double? TotalMs(string? kind, GroupFormat format, Func<Plan, bool> isUsed) =>
        _latencies.FirstOrDefault(entry => entry.Plan.IsAll(format) && isUsed(entry.Plan)).Plan is { } plan ? Ms(plan, kind) : null;
}

/// <summary>The timings of one item on machines of several kinds as one: each plan as on the kind where it gains least.</summary>
internal static class SlowestKind
{
    /// <summary>The joint result, in milliseconds beside the first kind's FP32; a failure if one kind has none.</summary>
    public static WorkResult Of(IReadOnlyList<WorkResult> kinds) => kinds.OfType<FailedResult>().FirstOrDefault() ?? kinds[0] switch
    {
        LatencyResult => Slowest([.. kinds.Cast<LatencyResult>()]),
        FinalTimingResult first => new FinalTimingResult(
            [.. first.Plans.Select((_, plan) => Slowest([.. kinds.Cast<FinalTimingResult>().Select(kind => kind.Plans[plan])]))],
            kinds.Cast<FinalTimingResult>().Sum(kind => kind.Seconds)),
        var first => first,
    };

    private static LatencyResult Slowest(LatencyResult[] kinds)
    {
        LatencyResult[] beside = [.. kinds.Select(kind => kind.Beside(kinds[0].Float32MedianMs))];
        return beside.MaxBy(kind => kind.MedianMs)! with
        {
            LowMs = Most(beside, kind => kind.LowMs),
            HighMs = Most(beside, kind => kind.HighMs),
            Turn = kinds[0].Turn,
        };
    }

    // The ends of an interval of the largest: where one kind has no interval, its median counts.
    private static double? Most(LatencyResult[] kinds, Func<LatencyResult, double?> end) =>
        kinds.All(kind => end(kind) is null) ? null : kinds.Max(kind => end(kind) ?? kind.MedianMs);
}
