using Cluster.Coordinator.Model;
using Cluster.Coordinator.Model.Options;
using Cluster.Coordinator.Statistics;
using Cluster.Coordinator.Work;

namespace Cluster.Coordinator.Search.Decisions;

/// <summary>
/// What a measured drop is worth after many plans were looked at on the same images: the one that is chosen is likely one that chance
/// flatters. So every drop has added to it what the luckiest of all plans looked at is flattered by on average; with a confidence, what it
/// is flattered by at most.
/// </summary>
internal sealed class DropCorrection(JobOptions options)
{
    // Counted only when a drop is asked for, which not everything that reads a job does.
    private readonly List<(AccuracyResult Reference, AccuracyResult Candidate)> _uncounted = [];
    private LargestFlattery _luckiest = new([]);
    private RandomHalves? _halves;

    /// <summary>The bound, without any correction.</summary>
    public Feasibility Plain => new(Bound, options.Confidence);

    /// <summary>The largest accepted drop; what depends on FP32's level is known once that is.</summary>
    public double Bound { get; private set; } = options.Bound(0);

    /// <summary>What drops mean to people.</summary>
    public MetricScale Scale { get; private set; } = new(options.Measure, 0);

    /// <summary>Takes in what FP32 has.</summary>
    public void Begin(AccuracyResult float32)
    {
        Bound = options.Bound(float32.Level);
        Scale = new MetricScale(options.Measure, float32.Level);
    }

    /// <summary>Counts one more look, at all images.</summary>
    public void Add(AccuracyResult reference, AccuracyResult candidate) => _uncounted.Add((reference, candidate));

    /// <summary>The same with one more look.</summary>
    public DropCorrection With(AccuracyResult reference, AccuracyResult candidate) => new(options)
    {
        _luckiest = Luckiest().With(Halve(reference, candidate)),
        _halves = _halves,
        Bound = Bound,
        Scale = Scale,
    };

    /// <summary>The drop that is compared with the bound.</summary>
    /// <param name="counts">Those of a plan that was looked at.</param>
    public double Drop(PairedDrop counts) => options.Confidence is { } confidence
        ? counts.DropInterval(0, Luckiest().Quantile(confidence)).High
        : counts.Drop + (Luckiest().Mean * counts.StandardError);

    /// <summary>Whether a plan that was looked at is accurate enough.</summary>
    public bool IsFeasible(PairedDrop counts) => Drop(counts) <= Bound + Feasibility.Slack;

    /// <summary>What a plan loses in each half of the divisions of this job.</summary>
    public HalvedDrop Halve(AccuracyResult reference, AccuracyResult candidate)
    {
        _halves ??= new RandomHalves(reference.Total, SplitMix64.Derive(options.Seed, "halves"));
        return _halves.Halve(reference, candidate);
    }

    /// <summary>What a plan's drop comes to, for sentences that give its measured drop.</summary>
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
