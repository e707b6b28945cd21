namespace Cluster.Coordinator.Model.Options;

/// <summary>What metrics are called, and what they look at.</summary>
public static class MetricKindExtensions
{
    /// <summary>"top-1", as in a sentence.</summary>
    public static string Title(this MetricKind metric) => metric switch
    {
        MetricKind.Top1 => "top-1",
        MetricKind.Top5 => "top-5",
        _ => throw new ArgumentOutOfRangeException(nameof(metric), metric, message: null),
    };

    /// <summary>"top1", as on the command line.</summary>
    public static string Word(this MetricKind metric) => metric.Title().Replace("-", string.Empty, StringComparison.Ordinal);

    /// <summary>The same at the head of a column: "Top-1".</summary>
    public static string Heading(this MetricKind metric) => char.ToUpperInvariant(metric.Title()[0]) + metric.Title()[1..];

    /// <summary>Of how many of the largest outputs the label has to be one.</summary>
    public static int Ranks(this MetricKind metric) => metric == MetricKind.Top5 ? 5 : 1;
}
