namespace Cluster.Coordinator.Search.Decisions;

/// <summary>
/// Corrects a measured drop for chance: a plan that is chosen among several is probably one that was lucky. The bound on the drop allows
/// for the luckiest of all plans evaluated on the same images (<see cref="LargestFlattery"/>): in standard errors of the labels where a
/// confidence is requested, else in those of the <see cref="DropPosterior"/>, which also knows how far the answers diverge from FP32's.
/// What the labels alone refute is never accepted.
/// </summary>
internal sealed class DropCorrection(JobOptions options)
{
    // Standard errors by which the rest of the images would have to lower a drop: the chance is one in six.
    private const double Unlikely = 1;

    // The one-sided confidence with which the labels alone refute a plan.
    private static readonly double Refuting = Normal.Quantile(0.9);

    // Counted only when a drop is requested, which not every reader of a job does.
    private readonly List<(AccuracyResult Reference, AccuracyResult Candidate, double? Divergence)> _uncounted = [];
    private LargestFlattery _luckiest = new([]);
    private DropPosterior _posterior = new();
    private RandomHalves? _halves;

    /// <summary>The largest accepted drop; a bound relative to FP32 is known once FP32's level is.</summary>
    public double Bound { get; private set; } = options.Bound(0);

    /// <summary>The meaning of drops for people.</summary>
    public MetricScale Scale { get; private set; } = options.Measure.Scale();

    /// <summary>Sets FP32's result.</summary>
    public void Begin(AccuracyResult float32)
    {
        Bound = options.Bound(float32.Level);
        Scale = options.Measure.Scale(float32.Level);
    }

    /// <summary>Counts one more evaluated plan.</summary>
    /// <param name="reference">FP32's result.</param>
    /// <param name="candidate">The plan's.</param>
    /// <param name="divergence">Its <see cref="AccuracyResult.Witness"/>.</param>
    public void Add(AccuracyResult reference, AccuracyResult candidate, double? divergence) =>
        _uncounted.Add((reference, candidate, divergence));

    /// <summary>The same with one more evaluated plan.</summary>
    /// <inheritdoc cref="Add"/>
    public DropCorrection With(AccuracyResult reference, AccuracyResult candidate, double? divergence)
    {
        Count();
        var drop = Halve(reference, candidate);
        return new(options)
        {
            _luckiest = _luckiest.With(drop),
            _posterior = _posterior.With(drop.Counts, divergence),
            _halves = _halves,
            Bound = Bound,
            Scale = Scale,
        };
    }

    /// <summary>The drop that is compared with the bound.</summary>
    /// <param name="measured">The drop of an evaluated plan.</param>
    /// <param name="divergence">Its <see cref="AccuracyResult.Witness"/>.</param>
    public double Drop(PairedDrop measured, double? divergence)
    {
        Count();
        if (options.Confidence is { } confidence)
        {
            return measured.DropInterval(0, _luckiest.Quantile(confidence)).High;
        }

        var (mean, error) = _posterior.Of(measured, divergence);
        return Math.Max(Shown(measured), mean + (_luckiest.Quantile(DropPosterior.Confidence) * error));
    }

    /// <summary>The drop to expect of an evaluated plan on new images.</summary>
    /// <inheritdoc cref="Drop"/>
    public double Expected(PairedDrop measured, double? divergence)
    {
        Count();
        return _posterior.Of(measured, divergence).Mean;
    }

    /// <summary>Whether an evaluated plan is accurate enough.</summary>
    /// <inheritdoc cref="Drop"/>
    public bool IsFeasible(PairedDrop measured, double? divergence) => Drop(measured, divergence) <= Bound + Feasibility.Slack;

    /// <summary>
    /// Whether a plan measured on a part of the images may still be accurate enough on all of them: false where the probability that the
    /// rest changes the decision is small (predictive power: Spiegelhalter, Freedman and Blackburn 1986). As this can only refuse a plan,
    /// it makes no wrong acceptance more likely.
    /// </summary>
    /// <param name="part">Its drop on the part.</param>
    /// <param name="divergence">Its divergence there.</param>
    /// <param name="total">All images.</param>
    public bool CanBeFeasible(PairedDrop part, double? divergence, int total)
    {
        Count();
        var share = (double)part.Total / total;
        var (mean, error, final) = (part.Drop, part.StandardError, part.StandardError * Math.Sqrt(share));
        if (options.Confidence is null)
        {
            (mean, error) = _posterior.Of(part, divergence);
            final = _posterior.Of(part, divergence, share).Error;
        }

        var least = mean + (_luckiest.Quantile(options.Confidence ?? DropPosterior.Confidence) * final);
        var best = least - (Unlikely * Math.Sqrt(Math.Max(0, (error * error) - (final * final))));
        return Math.Max(Shown(part), best) <= Bound + Feasibility.Slack;
    }

    /// <summary>This rule with other drops of the same plans.</summary>
    public DropCorrection On(IEnumerable<(PairedDrop Measured, double? Divergence)> plans)
    {
        Count();
        var posterior = new DropPosterior();
        foreach (var (measured, divergence) in plans)
        {
            posterior.Add(measured, divergence);
        }

        return new(options) { _luckiest = _luckiest, _posterior = posterior, _halves = _halves, Bound = Bound, Scale = Scale };
    }

    /// <summary>A plan's drop in each half of this job's divisions.</summary>
    public HalvedDrop Halve(AccuracyResult reference, AccuracyResult candidate)
    {
        _halves ??= new RandomHalves(reference.Total, SplitMix64.Derive(options.Seed, "halves"));
        return _halves.Halve(reference, candidate);
    }

    /// <summary>A plan's corrected drop, for sentences that give its measured drop.</summary>
    /// <inheritdoc cref="Drop"/>
    public string Note(PairedDrop measured, double? divergence) => options.Confidence is null
        ? $" (judged as {Scale.Short(Drop(measured, divergence))})"
        : $" ({Scale.AtMost(Drop(measured, divergence))})";

    // The least that a plan loses by its labels alone: they refute what a divergence promises.
    private static double Shown(PairedDrop measured) => measured.DropInterval(Refuting, 0).Low;

    private void Count()
    {
        foreach (var (reference, candidate, divergence) in _uncounted)
        {
            var drop = Halve(reference, candidate);
            _luckiest.Add(drop);
            _posterior.Add(drop.Counts, divergence);
        }

        _uncounted.Clear();
    }
}
