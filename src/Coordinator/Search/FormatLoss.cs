using Cluster.Coordinator.Model;
using Cluster.Coordinator.Plans;

namespace Cluster.Coordinator.Search;

/// <summary>
/// What a group alone in a format is expected to cost in KL. A sweep measures one format; others follow by the variance
/// of their rounding errors, to which KL is proportional in second order (e.g. HAWQ-V2, arXiv:1911.03852).
/// </summary>
internal sealed class FormatLoss
{
    private readonly double[] _swept;
    private readonly double[] _factors;

    public FormatLoss(SearchMemory memory)
    {
        _swept = memory.Sensitivity is { } sweep
            ? [.. sweep.Groups.Select(group => Math.Max(0, group.Kl))]
            : [.. memory.Space.Groups.Select(_ => 1.0)];
        var unit = (memory.Sensitivity?.Swept ?? memory.Formats.First).RoundingVariance;
        _factors = [.. memory.Formats.All.Select(format => format.IsBaseline ? 0 : format.RoundingVariance / unit)];
    }

    /// <summary>Nats of a group in the format of this number; 0 in the baseline's.</summary>
    public double Of(int group, int format) => _factors[format] == 0 ? 0 : _swept[group] * _factors[format];

    /// <summary>Nats of all groups, each alone, together.</summary>
    public double Sum(int[] formats) => formats.Select((format, group) => Of(group, format)).Sum();

    /// <summary>Whether the second format rounds finer than the first.</summary>
    public bool IsFiner(int than, int format) => _factors[format] < _factors[than];
}
