using Cluster.Coordinator.Model;
using Cluster.Coordinator.Statistics;
using Cluster.Coordinator.Work;

namespace Cluster.Coordinator.Search;

/// <summary>
/// What a measured drop is worth after many plans were looked at on the same images. The winner is chosen among the plans whose drop keeps
/// the bound, so it is likely one that chance flatters. <see cref="DecisionRule.Corrected"/> adds to every drop what the luckiest of those
/// plans is flattered by on average; with a confidence, what the luckiest of all plans looked at is flattered by at most.
/// <see cref="DecisionRule.Measured"/> takes each drop as it is.
/// </summary>
internal sealed class DropCorrection(JobOptions options)
{
    private readonly List<Look> _looks = [];
    private RandomHalves? _halves;
    private LargestFlattery? _ofAll;
    private LargestFlattery? _ofKept;

    /// <summary>Plans that were looked at on the whole set, FP32 aside.</summary>
    public int Looks => _looks.Count;

    /// <summary>The bound, without any correction.</summary>
    public Feasibility Plain { get; } = new(options.MaxDrop, options.Confidence);

    private bool IsCorrected => options.Decision == DecisionRule.Corrected;

    /// <summary>The luckiest of all plans that were looked at.</summary>
    public LargestFlattery OfAll => _ofAll ??= new LargestFlattery([.. _looks.Select(Halved)]);

    // Plans beyond the bound as they were measured cannot win, however lucky they were.
    private LargestFlattery OfKept => _ofKept ??= new LargestFlattery(
        [.. _looks.Where(look => look.Counts.Drop <= options.MaxDrop + Feasibility.Slack).Select(Halved)]);

    /// <summary>Counts one more look, at all images.</summary>
    public void Add(AccuracyResult reference, AccuracyResult candidate)
    {
        _looks.Add(new Look(reference, candidate));
        (_ofAll, _ofKept) = (null, null);
    }

    /// <summary>The same with one more look.</summary>
    public DropCorrection With(AccuracyResult reference, AccuracyResult candidate)
    {
        var more = new DropCorrection(options) { _halves = _halves };
        more._looks.AddRange(_looks);
        more.Add(reference, candidate);
        return more;
    }

    /// <summary>The drop that is compared with the bound, a fraction.</summary>
    /// <param name="counts">Those of a plan that was looked at.</param>
    public double Drop(PairedCounts counts) => options switch
    {
        _ when !IsCorrected => Plain.Drop(counts),
        { Confidence: { } confidence } => UpperBound(counts, confidence),
        _ => counts.Drop + (OfKept.Mean * counts.StandardError),
    };

    /// <summary>The same if the bound were so wide that every plan kept it: the bound that this plan keeps whatever the others do.</summary>
    public double LargestDrop(PairedCounts counts) =>
        IsCorrected && options.Confidence is null ? counts.Drop + (OfAll.Mean * counts.StandardError) : Drop(counts);

    /// <summary>Whether a plan that was looked at is accurate enough.</summary>
    public bool IsFeasible(PairedCounts counts) => Drop(counts) <= options.MaxDrop + Feasibility.Slack;

    /// <summary>What is lost at most, with this one-sided confidence for all plans that were looked at together.</summary>
    public double UpperBound(PairedCounts counts, double confidence) => counts.DropInterval(0, OfAll.Quantile(confidence)).High;

    /// <summary>What a plan loses in each half of the divisions of this job.</summary>
    public HalvedDrop Halve(AccuracyResult reference, AccuracyResult candidate)
    {
        _halves ??= new RandomHalves(reference.Total, SplitMix64.Derive(options.Seed, "halves"));
        return _halves.Halve(reference.CorrectBits, candidate.CorrectBits);
    }

    private HalvedDrop Halved(Look look) => look.Halved ??= Halve(look.Reference, look.Candidate);

    // Counted and halved only when it is asked for: a job whose rule needs neither pays for neither.
    private sealed class Look(AccuracyResult reference, AccuracyResult candidate)
    {
        private PairedCounts? _counts;

        public AccuracyResult Reference => reference;

        public AccuracyResult Candidate => candidate;

        public PairedCounts Counts => _counts ??= PairedCounts.Of(reference, candidate, ImageScope.Full);

        public HalvedDrop? Halved { get; set; }
    }
}
