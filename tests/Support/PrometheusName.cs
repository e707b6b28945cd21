using System.Text.RegularExpressions;

namespace Cluster.Tests;

/// <summary>
/// What a collector calls a metric in Prometheus, by OpenTelemetry's "Prometheus and OpenMetrics Compatibility": dots
/// become underscores, units are spelled out, counters end in _total.
/// </summary>
public static partial class PrometheusName
{
    /// <summary>The name of a metric, without the suffixes of a histogram.</summary>
    /// <param name="name">Such as "cluster.queue.age".</param>
    /// <param name="unit">In UCUM's form; what stands in braces is an annotation and left out.</param>
    /// <param name="isCounter">Whether it only ever grows.</param>
    public static string Of(string name, string unit, bool isCounter) => Label(name)
        + unit switch
        {
            "s" => "_seconds",
            "ms" => "_milliseconds",
            "By" or "bytes" => "_bytes",
            "W" => "_watts",
            "Hz" => "_hertz",
            "1" when !isCounter => "_ratio",
            _ => "",
        }
        + (isCounter ? "_total" : "");

    /// <summary>The name of a label.</summary>
    public static string Label(string attribute) => Others().Replace(attribute, "_");

    [GeneratedRegex("[^a-zA-Z0-9_]")]
    private static partial Regex Others();
}
