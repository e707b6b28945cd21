using Cluster.Coordinator.Model;
using Cluster.Coordinator.Plans;
using Cluster.Coordinator.Search;
using Cluster.Coordinator.Statistics;
using Cluster.Coordinator.Work;
using Cluster.Simulation;

namespace Cluster.Bench.Strategies;

/// <summary>
/// What a strategy has spent on one network until it has looked, on all images, at a plan that is measured within the bound and as fast as
/// any such plan, but for 1 %.
/// </summary>
internal sealed class Race
{
    private const double Near = 0.99;

    private readonly SampledNetwork _network;
    private readonly Dictionary<WorkItem, WorkResult> _results;
    private readonly HashSet<WorkItem> _asked = [];
    private readonly double _fastest;
    private readonly AccuracyItem _float32;

    /// <param name="results">Of this network, by item; shared by the races on it.</param>
    public Race(SampledNetwork network, Dictionary<WorkItem, WorkResult> results)
    {
        _network = network;
        _results = results;
        var options = network.Spec.Options;
        Start = Plan.Uniform(
            GroupFormat.Int8, options.Target, network.Space.Groups.Select(group => group.Name), options.Methods[0], biasCorrection: true);
        _float32 = Item(Plan.Baseline(options.Target, network.Space.Groups.Select(group => group.Name)), ImageScope.Full);
        var count = Start.Groups.Count;
        _fastest = Enumerable.Range(0, 1 << count)
            .Select(mask => Start.With(Enumerable.Range(0, count).Where(group => (mask >> group & 1) != 0), GroupDecision.Baseline))
            .Where(plan => Drop(plan) <= options.MaxDrop)
            .Max(network.SpeedUp);
    }

    /// <summary>All groups in 8 bits.</summary>
    public Plan Start { get; }

    /// <summary>Measurements of labelled images, on all of them or on some.</summary>
    public int Evaluations { get; private set; }

    /// <summary>Images run, those of sweeps with one group at a time among them.</summary>
    public long Images { get; private set; }

    /// <summary>What was spent when the goal was reached; null before.</summary>
    public (int Evaluations, long Images)? Reached { get; private set; }

    /// <summary>The largest speed-up looked at that is measured within the bound, as a share of the largest there is.</summary>
    public double Share { get; private set; }

    /// <summary>The largest loss that is accepted.</summary>
    public double Bound => _network.Spec.Options.MaxDrop;

    /// <summary>The measured drop of a plan on all images, or on some; counted.</summary>
    public double Look(Plan plan, ImageScope? images = null)
    {
        var item = Item(plan, images ?? ImageScope.Full);
        Ask(item);
        return PairedCounts.Of((AccuracyResult)Of(_float32), (AccuracyResult)Of(item), item.Images).Drop;
    }

    /// <summary>The result of an item; counted the first time.</summary>
    public WorkResult Ask(WorkItem item)
    {
        var result = Of(item);
        if (_asked.Add(item))
        {
            Count(item, result);
        }

        return result;
    }

    private void Count(WorkItem item, WorkResult result)
    {
        if (item is SensitivityItem sweep)
        {
            Images += (long)sweep.Images * Start.Groups.Count;
        }
        else if ((item, result) is (AccuracyItem accuracy, AccuracyResult found))
        {
            Evaluations++;
            Images += found.Total;
            if (accuracy.Images.IsFull && Drop(accuracy.Plan) <= Bound)
            {
                var share = _network.SpeedUp(accuracy.Plan) / _fastest;
                Share = Math.Max(Share, share);
                Reached ??= share >= Near ? (Evaluations, Images) : null;
            }
        }
    }

    private double Drop(Plan plan) => PairedCounts.Of(
        (AccuracyResult)Of(_float32), (AccuracyResult)Of(Item(plan, ImageScope.Full)), ImageScope.Full).Drop;

    private AccuracyItem Item(Plan plan, ImageScope images) => new(_network.Spec.AccuracyContext, plan, images);

    private WorkResult Of(WorkItem item) => _results.TryGetValue(item, out var known) ? known : _results[item] = _network.Evaluate(item);
}
