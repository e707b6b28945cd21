using Cluster.Coordinator.Model;
using Cluster.Coordinator.Model.Options;
using Cluster.Coordinator.Statistics;
using Cluster.Coordinator.Work;

namespace Cluster.Coordinator.Search.Decisions;

/// <summary>
/// Corrects a measured drop for the number of plans that were evaluated on the same images: the chosen one is probably one that was lucky.
/// Every drop is increased by the mean advantage of the luckiest of all these plans; with a confidence, by the largest advantage.
/// </summary>
internal sealed class DropCorrection(JobOptions options)
{
    // Counted only when a drop is requested, which not every reader of a job does.
    private readonly List<(AccuracyResult Reference, AccuracyResult Candidate)> _uncounted = [];
    private LargestFlattery _luckiest = new([]);
    private RandomHalves? _halves;

    /// <summary>The bound, without any correction.</summary>
    public Feasibility Plain => new(Bound, options.Confidence);

    /// <summary>The largest accepted drop; a bound relative to FP32 is known once FP32's level is.</summary>
    public double Bound { get; private set; } = options.Bound(0);

    /// <summary>The meaning of drops for people.</summary>
    public MetricScale Scale { get; private set; } = new(options.Measure, 0);

    /// <summary>Sets FP32's result.</summary>
    public void Begin(AccuracyResult float32)
    {
        Bound = options.Bound(float32.Level);
        Scale = new MetricScale(options.Measure, float32.Level);
    }

    /// <summary>Counts one more plan evaluated on all images.</summary>
    public void Add(AccuracyResult reference, AccuracyResult candidate) => _uncounted.Add((reference, candidate));

    /// <summary>The same with one more evaluated plan.</summary>
    public DropCorrection With(AccuracyResult reference, AccuracyResult candidate) => new(options)
    {
        _luckiest = Luckiest().With(Halve(reference, candidate)),
        _halves = _halves,
        Bound = Bound,
        Scale = Scale,
    };

    /// <summary>The drop that is compared with the bound.</summary>
    /// <param name="counts">The counts of an evaluated plan.</param>
    public double Drop(PairedDrop counts) => options.Confidence is { } confidence
        ? counts.DropInterval(0, Luckiest().Quantile(confidence)).High
        : counts.Drop + (Luckiest().Mean * counts.StandardError);

    /// <summary>Whether an evaluated plan is accurate enough.</summary>
    public bool IsFeasible(PairedDrop counts) => Drop(counts) <= Bound + Feasibility.Slack;

    /// <summary>A plan's drop in each half of this job's divisions.</summary>
    public HalvedDrop Halve(AccuracyResult reference, AccuracyResult candidate)
    {
        _halves ??= new RandomHalves(reference.Total, SplitMix64.Derive(options.Seed, "halves"));
        return _halves.Halve(reference, candidate);
    }

    /// <summary>A plan's corrected drop, for sentences that give its measured drop.</summary>
    public string Note(PairedDrop counts) => options.Confidence is null
        ? $" ({Scale.Short(Drop(counts))} corrected for the choice)"
        : $" ({Scale.AtMost(Drop(counts))})";

    private LargestFlattery Luckiest()
    {
        foreach (var (reference, candidate) in _uncounted)
        {
            _luckiest.Add(Halve(reference, candidate));
        }

        _uncounted.Clear();
        return _luckiest;
    }
}
