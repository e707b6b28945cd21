using Cluster.Coordinator.Model;
using Cluster.Plans;

namespace Cluster.Bench.Strategies.Rivals;

/// <summary>Intel Neural Compressor 2.x; of each strategy the stages that choose groups.</summary>
internal static class IntelNeuralCompressor
{
    // Two confidence batches, its default, of 32 images.
    private const int ScoringImages = 64;

    /// <summary>
    /// `basic`: each group alone reverted, on all images; then reverted one after the other in that order until the drop is within the
    /// bound.
    /// </summary>
    public static void Basic(Race race)
    {
        if (race.Look(race.Track.Start) > race.Bound)
        {
            RivalPlans.Accumulate(
                race, [.. RivalPlans.Groups(race).OrderBy(group => race.Look(RivalPlans.Float(race, [group])))]);
        }
    }

    /// <summary>
    /// `mse_v2`: reverts the group without which the outputs are nearest to FP32's, scored anew before each step, until the drop is within
    /// the bound; then quantizes the least harmful of them again until it no longer is. The distance is the divergence instead of the mean
    /// squared error: spaces keep no outputs.
    /// </summary>
    public static void MseV2(Race race)
    {
        var images = ImageScope.Subset(ScoringImages, SplitMix64.Derive(race.Track.Spec.Options.Seed, "mse_v2"));
        double Distance(IEnumerable<int> groups) => race.Divergence(RivalPlans.Float(race, groups), images);
        var (drop, reverted) = (race.Look(race.Track.Start), Array.Empty<int>());
        var tried = new HashSet<Plan> { race.Track.Start };
        while (drop > race.Bound && reverted.Length < race.Track.Start.Groups.Count - 1)
        {
            reverted = [.. reverted, RivalPlans.Groups(race).Except(reverted).MinBy(group => Distance([.. reverted, group]))];
            drop = Look();
        }

        while (drop <= race.Bound && reverted.Length > 1)
        {
            var next = reverted.Select(group => reverted.Except([group]).ToArray())
                .OrderBy(Distance)
                .FirstOrDefault(groups => !tried.Contains(RivalPlans.Float(race, groups)));
            if (next is null)
            {
                return;
            }

            reverted = next;
            drop = Look();
        }

        double Look()
        {
            tried.Add(RivalPlans.Float(race, reverted));
            return race.Look(RivalPlans.Float(race, reverted));
        }
    }
}
