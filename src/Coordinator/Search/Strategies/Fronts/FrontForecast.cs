namespace Cluster.Coordinator.Search.Strategies.Fronts;

/// <summary>
/// Predicts which plans enlarge the front most, from the current knowledge: the expected improvement of the dominated area (Emmerich,
/// Giannakoglou and Naujoks 2006) for plans on the solved front and next to it. A plan's loss in the metric is assumed normal, in
/// proportion to its KL by <see cref="LossEstimate"/>; its time is measured, or normal around the prediction.
/// </summary>
internal sealed class FrontForecast
{
    // Standard deviation of the cost of a nat from plan to plan, and of a predicted time, as shares.
    private const double SlopeError = 0.15;
    private const double TimeError = 0.05;

    // The most plans that are examined closely, and the share of its expected loss that a plan gets in the quick comparison.
    private const int MostCandidates = 256;
    private const double Glance = 0.5;

    // Middles of five equally likely parts of the standard normal distribution.
    private static readonly double[] Quantiles = [-1.2815515655, -0.5244005127, 0, 0.5244005127, 1.2815515655];

    private readonly SearchMemory _memory;
    private readonly DominatedArea _known;
    private readonly double _expected;
    private readonly double _perDrop;
    private readonly double _leastDrop;
    private readonly List<Candidate> _candidates;

    /// <param name="start">The plan whose calibration is used for groups.</param>
    public FrontForecast(SearchMemory memory, Plan start)
    {
        _memory = memory;
        var looked = memory.FullPlans.Select(plan => (Plan: plan, Point: (PlanPrice.Of(memory, plan), Drop(plan)))).ToArray();
        (_perDrop, _leastDrop) = Variation(looked.Select(look => look.Plan));
        _candidates = Candidates(start, looked);

        // A plan that is not timed yet may be the fastest, and so the worst end of the front.
        (double, double)[] points = [.. looked.Select(look => look.Point)];
        var reference = DominatedArea.ReferenceOf(points.Concat(_candidates.Select(one => (one.Times.First(), one.Drop.Mean))));
        (_known, var expected) = (new DominatedArea(reference), new DominatedArea(reference));
        foreach (var point in points)
        {
            _known.Add(point);
            expected.Add(point);
        }

        _candidates.ForEach(candidate => expected.Add(candidate.Expected));
        _expected = expected.Area;
    }

    /// <summary>Plans not evaluated yet, each the best given the known ones and those before it, as expected. Call it once.</summary>
    /// <param name="count">Most plans.</param>
    /// <param name="least">The least share of the area that a plan must be expected to add.</param>
    public IReadOnlyList<Plan> Best(int count, double least)
    {
        var best = new List<Plan>();
        while (best.Count < count && _candidates.Count > 0)
        {
            var (next, gain) = _candidates.Select(candidate => (Candidate: candidate, Gain: Gain(candidate))).MaxBy(pair => pair.Gain);
            if (!(gain > 0 && gain >= least * _expected))
            {
                break;
            }

            _candidates.Remove(next);
            _known.Add(next.Expected);
            best.Add(next.Plan);
        }

        return best;
    }

    private double Gain(Candidate candidate) => candidate.Times.Average(
        time => Quantiles.Average(quantile => _known.Gain((time, candidate.Drop.Mean + (quantile * candidate.Drop.Error)))));

    // Taking a plan's uncertainty into account is slow for many groups: first all plans are compared as if they turned out well.
    private List<Candidate> Candidates(Plan start, (Plan Plan, (double, double) Point)[] looked)
    {
        var estimate = LossEstimate.Of(_memory, start);
        var perNat = PerNat(looked.Select(look => look.Plan).ToArray());
        var solved = new KnapsackRoute(_memory).Around(start)
            .Select(plan => (Plan: plan, Point: (Time(start, plan) * (1 + (Quantiles[0] * TimeError)), Glance * perNat * plan.Loss)))
            .ToArray();
        var points = looked.Select(look => look.Point).ToArray();
        var area = new DominatedArea(DominatedArea.ReferenceOf(solved.Select(one => one.Point).Concat(points)));
        foreach (var point in points)
        {
            area.Add(point);
        }

        return
        [
            .. solved.Select(one => (one.Plan, Gain: area.Gain(one.Point)))
                .Where(one => one.Gain > 0)
                .OrderByDescending(one => one.Gain)
                .Take(MostCandidates)
                .Select(one => Of(_memory.Repairs.In(start, one.Plan.Formats), perNat, one.Plan.Loss, estimate.Variance(one.Plan.Formats)))
                .Where(candidate => !_memory.Knows(_memory.AccuracyOf(candidate.Plan, ImageScope.Full))),
        ];
    }

    private Candidate Of(Plan plan, double perNat, double nats, double squaredNats)
    {
        var drop = perNat * nats;
        var variance = (perNat * perNat * squaredNats) + Math.Pow(SlopeError * drop, 2) + ((drop + _leastDrop) * _perDrop);
        return new Candidate(
            plan, (PlanPrice.Of(_memory, plan), _memory.Ms(plan) is null ? TimeError : 0), (drop, Math.Sqrt(variance)));
    }

    private double Time(Plan start, SolvedPlan plan) => _memory is { Model: { } model, BaselineMs: { } baseline }
        ? model.Predict(plan.Formats) / baseline
        : PlanPrice.Of(_memory, _memory.Repairs.In(start, plan.Formats));

    private double Drop(Plan plan) => _memory.Paired(plan, ImageScope.Full)!.Drop;

    // Images that a plan answers differently from FP32 are discrete, so their number varies; one is added, as there is never certainly
    // none. Numeric losses vary like those of the evaluated plans.
    private (double PerDrop, double LeastDrop) Variation(IEnumerable<Plan> looked)
    {
        if (_memory.Spec.Options.Measure.CountsImages())
        {
            var image = 1.0 / _memory.Full(_memory.Baseline)!.Total;
            return (image, image);
        }

        var drops = looked.Select(plan => _memory.Paired(plan, ImageScope.Full)!).Where(drop => drop.Drop > 0).ToArray();
        return (drops.Length > 0 ? drops.Sum(drop => drop.StandardError * drop.StandardError) / drops.Sum(drop => drop.Drop) : 0, 0);
    }

    // Least squares through the origin, where the variance of a drop grows with its KL.
    private double PerNat(Plan[] looked)
    {
        var (drops, nats) = (looked.Sum(Drop), looked.Sum(plan => _memory.Full(plan)!.Kl));
        return nats > 0 ? Math.Max(0, drops / nats) : 0;
    }

    private sealed record Candidate(Plan Plan, (double Mean, double Share) Time, (double Mean, double Error) Drop)
    {
        public (double Time, double Drop) Expected => (Time.Mean, Drop.Mean);

        public IEnumerable<double> Times =>
            Time.Share == 0 ? [Time.Mean] : Quantiles.Select(quantile => Time.Mean * (1 + (quantile * Time.Share)));
    }
}
