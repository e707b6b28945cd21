namespace Cluster.Bench.Strategies.Rivals;

/// <summary>
/// NNCF's accuracy control. All in 8 bits; each group alone reverted and scored on 300 images, first those that only one of FP32 and 8
/// bits gets right; then the best scored one is reverted, with a look on all images after each, until the drop is within the bound. Where
/// a step makes it worse, it is undone and the rest is scored anew, except for the first step after scoring.
/// </summary>
internal static class Nncf
{
    private const int RankingImages = 300;

    public static void Search(Race race)
    {
        var drop = race.Look(race.Track.Start);
        if (drop <= race.Bound)
        {
            return;
        }

        var (float32, int8) = (race.Track.IsRight(race.Track.Float32), race.Track.IsRight(race.Track.Start));
        int[] hardest = [.. Enumerable.Range(0, int8.Length).OrderBy(image => float32[image] == int8[image]).Take(RankingImages)];
        var (reverted, first) = (new List<int>(), true);
        var ranked = Ranked(race, reverted, hardest);
        while (ranked.Count > 1)
        {
            var next = ranked.Pop();
            var after = race.Look(RivalPlans.Float(race, [.. reverted, next]));
            if (after <= race.Bound)
            {
                return;
            }

            if (after <= drop || first)
            {
                reverted.Add(next);
                first = false;
            }
            else
            {
                ranked = Ranked(race, reverted, hardest);
                first = true;
            }

            drop = after;
        }
    }

    private static Stack<int> Ranked(Race race, List<int> reverted, int[] images) => new(RivalPlans.Groups(race)
        .Except(reverted)
        .OrderBy(group => race.Right(RivalPlans.Float(race, [.. reverted, group]), images)));
}
