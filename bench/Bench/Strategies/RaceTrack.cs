using Cluster.Coordinator.Model;
using Cluster.Coordinator.Statistics;
using Cluster.Coordinator.Work;
using Cluster.Plans;

namespace Cluster.Bench.Strategies;

/// <summary>What strategies race on: a network of which every plan's answers and speed are known.</summary>
internal sealed class RaceTrack
{
    private readonly Func<Plan, double> _speedUp;
    private readonly Func<WorkItem, WorkResult> _evaluate;
    private readonly Func<AccuracyItem, IEnumerable<int>> _otherwise;
    private readonly Dictionary<WorkItem, WorkResult> _results = [];
    private readonly Plan[] _plans;
    private Hypervolume? _volume;

    /// <param name="spec">The job; its first method calibrates every plan.</param>
    /// <param name="speedUp">How many times as fast as FP32 a plan is.</param>
    /// <param name="evaluate">The result of an item; asked once for each.</param>
    /// <param name="otherwise">Which of its images are not answered as by FP32; null: those that only one of the two gets right.</param>
    public RaceTrack(
        JobSpec spec,
        SearchSpace space,
        Func<Plan, double> speedUp,
        Func<WorkItem, WorkResult> evaluate,
        Func<AccuracyItem, IEnumerable<int>>? otherwise = null)
    {
        (Spec, Space, _speedUp, _evaluate) = (spec, space, speedUp, evaluate);
        _otherwise = otherwise ?? RightInOne;
        string[] groups = [.. space.Groups.Select(group => group.Name)];
        Float32 = Plan.Baseline(spec.Options.Target, groups);
        Start = Plan.Uniform(GroupFormat.Int8, spec.Options.Target, groups, spec.Options.Methods[0], biasCorrection: true);
        _plans =
        [
            .. Enumerable.Range(0, 1 << groups.Length).Select(
                mask => Start.With(Enumerable.Range(0, groups.Length).Where(group => (mask >> group & 1) != 0), GroupDecision.Baseline)),
        ];
        Fastest = _plans.Where(plan => Drop(plan) <= spec.Options.AcceptedDrop).Max(speedUp);
    }

    public JobSpec Spec { get; }

    public SearchSpace Space { get; }

    public Plan Float32 { get; }

    /// <summary>All groups in 8 bits.</summary>
    public Plan Start { get; }

    /// <summary>The largest speed-up of a plan that is measured within the bound.</summary>
    public double Fastest { get; }

    /// <summary>The volume below the front of all plans.</summary>
    public Hypervolume Volume => _volume ??= new Hypervolume([.. _plans.Select(Point)]);

    /// <summary>The speed-up of a plan.</summary>
    public double SpeedUp(Plan plan) => _speedUp(plan);

    /// <summary>A plan as a point: time as a share of FP32's, and the share of images that it loses.</summary>
    public (double Time, double Drop) Point(Plan plan) => (1 / SpeedUp(plan), Drop(plan));

    /// <summary>The drop that is measured on all images.</summary>
    public double Drop(Plan plan) => Counts(Item(plan, ImageScope.Full)).Drop;

    /// <summary>How many images there are.</summary>
    public int Images => Found(Float32, ImageScope.Full).Total;

    /// <summary>Whether a plan is right on each image.</summary>
    public bool[] IsRight(Plan plan)
    {
        var bits = Found(plan, ImageScope.Full).CorrectBits;
        return [.. Enumerable.Range(0, Images).Select(image => PairedCounts.Bit(bits, image))];
    }

    /// <summary>Mean divergence of a plan's outputs from those of FP32, in nats.</summary>
    public double Divergence(Plan plan, ImageScope images) => Found(plan, images).Kl;

    /// <summary>The images of a measurement that the plan answers otherwise than FP32.</summary>
    public IEnumerable<int> Otherwise(AccuracyItem item) => _otherwise(item);

    /// <summary>A measurement of a plan.</summary>
    public AccuracyItem Item(Plan plan, ImageScope images) => new(Spec.AccuracyContext, plan, images);

    /// <summary>A measurement's images beside those of FP32.</summary>
    public PairedCounts Counts(AccuracyItem item) => PairedCounts.Of(
        (AccuracyResult)Of(Item(Float32, ImageScope.Full)), (AccuracyResult)Of(item), item.Images);

    /// <summary>The result of an item.</summary>
    public WorkResult Of(WorkItem item) => _results.TryGetValue(item, out var known) ? known : _results[item] = _evaluate(item);

    private AccuracyResult Found(Plan plan, ImageScope images) => (AccuracyResult)Of(Item(plan, images));

    private IEnumerable<int> RightInOne(AccuracyItem item)
    {
        var (plan, float32) = (IsRight(item.Plan), IsRight(Float32));
        return item.Images.Indices(Images).Where(image => plan[image] != float32[image]);
    }
}
