using Cluster.Coordinator.Model;
using Cluster.Coordinator.Statistics;
using Cluster.Coordinator.Work;

namespace Cluster.Coordinator.Search.Decisions;

/// <summary>
/// What a measured drop is worth after many plans were looked at on the same images: the one that is chosen is likely one that chance
/// flatters. <see cref="DecisionRule.Corrected"/> adds to every drop what the luckiest of all plans looked at is flattered by on average;
/// with a confidence, what it is flattered by at most. <see cref="DecisionRule.Measured"/> takes each drop as it is.
/// </summary>
internal sealed class DropCorrection(JobOptions options)
{
    private readonly List<Look> _looks = [];
    private RandomHalves? _halves;
    private LargestFlattery? _ofAll;

    /// <summary>The bound, without any correction.</summary>
    public Feasibility Plain { get; } = new(options.MaxDrop, options.Confidence);

    private bool IsCorrected => options.Decision == DecisionRule.Corrected;

    private LargestFlattery OfAll => _ofAll ??= new LargestFlattery([.. _looks.Select(Halved)]);

    /// <summary>Counts one more look, at all images.</summary>
    public void Add(AccuracyResult reference, AccuracyResult candidate)
    {
        _looks.Add(new Look(reference, candidate));
        _ofAll = null;
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
        { Confidence: { } confidence } => counts.DropInterval(0, OfAll.Quantile(confidence)).High,
        _ => counts.Drop + (OfAll.Mean * counts.StandardError),
    };

    /// <summary>Whether a plan that was looked at is accurate enough.</summary>
    public bool IsFeasible(PairedCounts counts) => Drop(counts) <= options.MaxDrop + Feasibility.Slack;

    /// <summary>What a plan loses in each half of the divisions of this job.</summary>
    public HalvedDrop Halve(AccuracyResult reference, AccuracyResult candidate)
    {
        _halves ??= new RandomHalves(reference.Total, SplitMix64.Derive(options.Seed, "halves"));
        return _halves.Halve(reference.CorrectBits, candidate.CorrectBits);
    }

    private HalvedDrop Halved(Look look) => look.Halved ??= Halve(look.Reference, look.Candidate);

    // Halved only when it is asked for: a job whose rule needs it not does not pay for it.
    private sealed class Look(AccuracyResult reference, AccuracyResult candidate)
    {
        public AccuracyResult Reference => reference;

        public AccuracyResult Candidate => candidate;

        public HalvedDrop? Halved { get; set; }
    }
}
