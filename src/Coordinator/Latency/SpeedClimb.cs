namespace Cluster.Coordinator.Latency;

/// <summary>
/// A climb by the latency model: each step gives one format to the run of consecutive groups that saves the most; of equal savings, the
/// first by format, start and end. A step estimates all runs roughly (<see cref="LatencyWalk"/>: quadratic in the groups) and asks the
/// model only about those that rounding could put first, so it finds the same as asking about all.
/// </summary>
internal static class SpeedClimb
{
    private const int LongestClimb = 12;

    /// <summary>Every plan on the way up, as numbers of formats.</summary>
    /// <param name="model">The model.</param>
    /// <param name="from">The start of the climb.</param>
    /// <param name="mayBe">Whether a group, by index, may change to the format of a number.</param>
    /// <param name="formats">Number of formats.</param>
    /// <param name="cancellationToken">Checked for each start of a run.</param>
    public static IEnumerable<int[]> Run(
        LatencyModel model, int[] from, Func<int, int, bool> mayBe, int formats, CancellationToken cancellationToken)
    {
        var walk = model.Walk();
        var current = from;
        var ms = model.Predict(current);
        for (var step = 0; step < LongestClimb; step++)
        {
            var least = double.PositiveInfinity;
            foreach (var run in Runs(walk, current, mayBe, formats, cancellationToken))
            {
                least = run.Ms < least ? run.Ms : least;
            }

            int[]? best = null;
            var bestMs = ms;
            foreach (var run in Runs(walk, current, mayBe, formats, cancellationToken))
            {
                if (run.Ms > least + (2 * walk.Error))
                {
                    continue;
                }

                var changed = Changed(current, run, mayBe);
                var predicted = model.Predict(changed);
                if (predicted < bestMs)
                {
                    (best, bestMs) = (changed, predicted);
                }
            }

            if (best is null)
            {
                yield break;
            }

            yield return best;
            (current, ms) = (best, bestMs);
        }
    }

    private static int[] Changed(int[] current, Stretch run, Func<int, int, bool> mayBe)
    {
        var changed = (int[])current.Clone();
        for (var group = run.Begin; group <= run.End; group++)
        {
            changed[group] = mayBe(group, run.Format) ? run.Format : current[group];
        }

        return changed;
    }

    // Only runs whose first and last groups change: any other gives the same plan as a shorter run.
    private static IEnumerable<Stretch> Runs(
        LatencyWalk walk, int[] current, Func<int, int, bool> mayBe, int formats, CancellationToken cancellationToken)
    {
        for (var format = 0; format < formats; format++)
        {
            for (var begin = 0; begin < current.Length; begin++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (current[begin] == format || !mayBe(begin, format))
                {
                    continue;
                }

                walk.Begin(current);
                for (var end = begin; end < current.Length; end++)
                {
                    if (current[end] != format && mayBe(end, format))
                    {
                        walk.Set(end, format);
                        yield return new Stretch(format, begin, end, walk.Ms);
                    }
                }
            }
        }
    }

    // Ms: a rough estimate.
    private readonly record struct Stretch(int Format, int Begin, int End, double Ms);
}
