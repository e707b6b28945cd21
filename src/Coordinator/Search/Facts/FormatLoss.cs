namespace Cluster.Coordinator.Search.Facts;

/// <summary>
/// The expected KL of a group alone in a format: as its sweep measured it, or, if that format was not swept, scaled by the variance of its
/// rounding errors relative to the swept one's, to which KL is proportional to second order (e.g. HAWQ-V2, arXiv:1911.03852).
/// </summary>
internal sealed class FormatLoss
{
    private readonly double[][] _losses;
    private readonly double[] _variances;

    public FormatLoss(SearchFacts facts)
    {
        var first = facts.Formats.All.Select(facts.SweepIn).FirstOrDefault(sweep => sweep is not null);
        var unit = (first?.Swept ?? facts.Formats.First).RoundingVariance;
        _variances = [.. facts.Formats.All.Select(format => format.IsBaseline ? 0 : format.RoundingVariance)];
        _losses =
        [
            .. facts.Formats.All.Select((format, i) => facts.Space.Groups.Select((_, group) => format.IsBaseline ? 0
                : facts.SweepIn(format) is { } own ? Math.Max(0, own.Groups[group].Kl)
                : Math.Max(0, first?.Groups[group].Kl ?? 1) * _variances[i] / unit).ToArray()),
        ];
    }

    /// <summary>Nats of a group in the format of this number; 0 in the baseline's.</summary>
    public double Of(int group, int format) => _losses[format][group];

    /// <summary>Nats of all groups, each alone, together.</summary>
    public double Sum(int[] formats) => formats.Select((format, group) => Of(group, format)).Sum();

    /// <summary>Whether the second format rounds finer than the first.</summary>
    public bool IsFiner(int than, int format) => _variances[format] < _variances[than];
}
