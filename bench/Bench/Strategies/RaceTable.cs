using System.Globalization;

namespace Cluster.Bench.Strategies;

/// <summary>What each racer took, as a table in Markdown.</summary>
internal static class RaceTable
{
    private const string Never = "never";

    /// <param name="share">What <see cref="Race.Share"/> is a share of.</param>
    /// <param name="races">By network or seed, then by racer.</param>
    public static void Write(TextWriter text, string share, IReadOnlyList<string> racers, IReadOnlyList<IReadOnlyList<Race>> races)
    {
        text.WriteLine(
            $"| strategy | reached | evaluations until then | images until then | images in all | labels | {share}, mean share |");
        text.WriteLine("|---|---|---|---|---|---|---|");
        for (var i = 0; i < racers.Count; i++)
        {
            var own = races.Select(of => of[i]).ToArray();
            text.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {racers[i]} | {own.Count(race => race.Reached is not null)} of {own.Length} "
                + $"| {Median(own.Select(race => (long?)race.Reached?.Evaluations))} | {Median(own.Select(race => race.Reached?.Images))} "
                + $"| {Median(own.Select(race => (long?)race.Images))} | {Median(own.Select(race => (long?)race.Labels))} "
                + $"| {own.Average(race => race.Share):P1} |"));
        }
    }

    // Who never arrives is behind all that do.
    private static string Median(IEnumerable<long?> values)
    {
        long[] sorted = [.. values.Select(value => value ?? long.MaxValue).Order()];
        var median = sorted[(sorted.Length - 1) / 2];
        return median == long.MaxValue ? Never : median.ToString("N0", CultureInfo.InvariantCulture);
    }
}
