using Cluster.Coordinator.Model;
using Cluster.Coordinator.Model.Options;
using Cluster.Coordinator.Work;
using Cluster.Plans;

namespace Cluster.Bench.Strategies;

/// <summary>
/// What a strategy has spent on one network until it has reached its goal by looks on all images. The fastest: it has looked at a plan
/// that is measured within the bound and as fast as any such plan, but for 1 %. The front: the plans that it has looked at dominate all
/// but 1 % of what all plans dominate.
/// </summary>
internal sealed class Race(RaceTrack track, SearchGoal goal)
{
    private const double Near = 0.99;

    private readonly HashSet<WorkItem> _asked = [];
    private readonly HashSet<int> _labelled = [];
    private readonly HashSet<ImageScope> _float32Runs = [];
    private readonly List<(double Time, double Drop)> _looks = [];

    public RaceTrack Track => track;

    public SearchGoal Goal => goal;

    /// <summary>Measurements of labelled images, on all of them or on some.</summary>
    public int Evaluations { get; private set; }

    /// <summary>Images run, those of sweeps with one group at a time among them.</summary>
    public long Images { get; private set; }

    /// <summary>
    /// Images whose label was needed: all that another tool measures accuracy or takes the gradient of a loss on; of those that a strategy
    /// asks for, the ones that a plan answers otherwise than FP32, as the others lose nothing.
    /// </summary>
    public int Labels => _labelled.Count;

    /// <summary>What was spent when the goal was reached; null before.</summary>
    public (int Evaluations, long Images)? Reached { get; private set; }

    /// <summary>How near the goal is: the largest speed-up within the bound, or the volume, as a share of the largest there is.</summary>
    public double Share { get; private set; }

    /// <summary>The largest loss at which a search for the fastest plan stops; a search for the front goes on.</summary>
    public double Bound => goal == SearchGoal.Front ? double.NegativeInfinity : track.Spec.Options.AcceptedDrop;

    /// <summary>The measured drop of a plan on all images; it and FP32 are counted the first time.</summary>
    public double Look(Plan plan)
    {
        _labelled.UnionWith(Enumerable.Range(0, track.Images));
        Ask(track.Item(track.Float32, ImageScope.Full));
        Ask(track.Item(plan, ImageScope.Full));
        return track.Drop(plan);
    }

    /// <summary>On how many of some images a plan is right.</summary>
    public int Right(Plan plan, IReadOnlyCollection<int> images)
    {
        _labelled.UnionWith(images);
        Evaluations++;
        Images += images.Count;
        var right = track.IsRight(plan);
        return images.Count(image => right[image]);
    }

    /// <summary>The divergence of a plan's outputs from those of FP32, which are computed once for the same images.</summary>
    public double Divergence(Plan plan, ImageScope images)
    {
        Images += _float32Runs.Add(images) ? 2 * images.Count!.Value : images.Count!.Value;
        return track.Divergence(plan, images);
    }

    /// <summary>
    /// The divergences of plans, which stand for what one gradient of the loss an image tells of all of them; counted as one pass over the
    /// labelled images.
    /// </summary>
    public double[] Gradients(IEnumerable<Plan> plans, ImageScope images)
    {
        _labelled.UnionWith(images.Indices(track.Images));
        Images += images.Count!.Value;
        return [.. plans.Select(plan => track.Divergence(plan, images))];
    }

    /// <summary>The result of an item; counted the first time.</summary>
    public WorkResult Ask(WorkItem item)
    {
        var result = track.Of(item);
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
            Images += (long)sweep.Images * track.Space.Groups.Count;
        }
        else if ((item, result) is (AccuracyItem accuracy, AccuracyResult found))
        {
            Evaluations++;
            Images += found.Total;
            _labelled.UnionWith(track.Otherwise(accuracy));
            if (accuracy.Images.IsFull)
            {
                _looks.Add(track.Point(accuracy.Plan));
                Share = Math.Max(Share, ShareNow());
                Reached ??= Share >= Near ? (Evaluations, Images) : null;
            }
        }
    }

    private double ShareNow() => goal == SearchGoal.Front
        ? track.Volume.Of(_looks) / track.Volume.Optimum
        : _looks.Where(look => look.Drop <= track.Spec.Options.AcceptedDrop)
            .Select(look => 1 / look.Time)
            .DefaultIfEmpty(0)
            .Max() / track.Fastest;
}
