namespace Cluster.Deploy.Tests.Telemetry;

/// <param name="Metric">The metric that it is an example of.</param>
/// <param name="Trace">In hexadecimal; empty where it was measured in none.</param>
/// <param name="Span">In hexadecimal.</param>
internal sealed record OtlpExemplar(string Metric, string Trace, string Span);

/// <summary>
/// Metrics of an OTLP request in Prometheus' text format, as the collector of deploy/ exposes them: names by
/// OpenTelemetry's rules of compatibility, the attributes of the resource as labels
/// (<c>resource_to_telemetry_conversion</c>).
/// </summary>
internal static class OtlpMetrics
{
    // Numbers of fields in opentelemetry/proto/metrics/v1/metrics.proto.
    private const int Gauge = 5;
    private const int Sum = 7;
    private const int Histogram = 9;

    /// <summary>Samples by "name{labels}", cumulative as they were sent.</summary>
    /// <param name="request">An ExportMetricsServiceRequest.</param>
    public static IEnumerable<KeyValuePair<string, double>> Samples(ByteString request) =>
        from resource in new ProtobufFields(request).Messages(1)
        let common = resource.Messages(1).SelectMany(one => Labels(one, 1)).ToArray()
        from scope in resource.Messages(2)
        from metric in scope.Messages(2)
        from sample in Of(metric, common)
        select sample;

    private static IEnumerable<KeyValuePair<string, double>> Of(ProtobufFields metric, IReadOnlyList<string> common)
    {
        bool isCounter = metric.Messages(Sum).Any(sum => sum.Number(3) == 1);
        string name = PrometheusName.Of(metric.Text(1), metric.Text(3), isCounter);
        foreach (var point in metric.Messages(Gauge).Concat(metric.Messages(Sum)).SelectMany(data => data.Messages(1)))
        {
            yield return new(Series(name, [.. common, .. Labels(point, 7)]), point.Has(4) ? point.Double(4) : (long)point.Number(6));
        }

        foreach (var point in metric.Messages(Histogram).SelectMany(data => data.Messages(1)))
        {
            string[] labels = [.. common, .. Labels(point, 9)];
            var bounds = point.Packed(7).Select(BitConverter.UInt64BitsToDouble).Append(double.PositiveInfinity);
            ulong below = 0;
            foreach (var (bound, count) in bounds.Zip(point.Packed(6)))
            {
                below += count;
                yield return new(Series($"{name}_bucket", [.. labels, $"le=\"{Text(bound)}\""]), below);
            }

            yield return new(Series($"{name}_sum", labels), point.Double(5));
            yield return new(Series($"{name}_count", labels), point.Number(4));
        }
    }

    /// <summary>The exemplars of histograms.</summary>
    /// <param name="request">An ExportMetricsServiceRequest.</param>
    public static List<OtlpExemplar> Exemplars(ByteString request) =>
    [
        .. from resource in new ProtobufFields(request).Messages(1)
           from scope in resource.Messages(2)
           from metric in scope.Messages(2)
           from point in metric.Messages(Histogram).SelectMany(data => data.Messages(1))
           from exemplar in point.Messages(8)
           select new OtlpExemplar(metric.Text(1), exemplar.Hex(5), exemplar.Hex(4))
    ];

    /// <summary>A number as Prometheus reads it.</summary>
    public static string Text(double value) =>
        double.IsPositiveInfinity(value) ? "+Inf" : value.ToString("R", CultureInfo.InvariantCulture);

    private static string Series(string name, IEnumerable<string> labels) => $"{name}{{{string.Join(',', labels)}}}";

    private static IEnumerable<string> Labels(ProtobufFields holder, int field) =>
        from attribute in holder.Messages(field)
        from value in attribute.Messages(2)
        select $"{PrometheusName.Label(attribute.Text(1))}=\"{Value(value)}\"";

    private static string Value(ProtobufFields any) =>
        any.Has(3) ? ((long)any.Number(3)).ToString(CultureInfo.InvariantCulture)
        : any.Has(2) ? any.Number(2) == 1 ? "true" : "false"
        : any.Text(1).Replace(@"\", @"\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
}
