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
    private readonly List<(double Time, double Drop)> _looks = [];

    public RaceTrack Track => track;

    public SearchGoal Goal => goal;

    /// <summary>Measurements of labelled images, on all of them or on some.</summary>
    public int Evaluations { get; private set; }

    /// <summary>Images run, those of sweeps with one group at a time among them.</summary>
    public long Images { get; private set; }

    /// <summary>What was spent when the goal was reached; null before.</summary>
    public (int Evaluations, long Images)? Reached { get; private set; }

    /// <summary>How near the goal is: the largest speed-up within the bound, or the volume, as a share of the largest there is.</summary>
    public double Share { get; private set; }

    /// <summary>The largest loss at which a search for the fastest plan stops; a search for the front goes on.</summary>
    public double Bound => goal == SearchGoal.Front ? double.NegativeInfinity : track.Spec.Options.AcceptedDrop;

    /// <summary>The measured drop of a plan on all images, or on some; it and FP32 are counted the first time.</summary>
    public double Look(Plan plan, ImageScope? images = null)
    {
        Ask(track.Item(track.Float32, ImageScope.Full));
        var item = track.Item(plan, images ?? ImageScope.Full);
        Ask(item);
        return track.Counts(item).Drop;
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
