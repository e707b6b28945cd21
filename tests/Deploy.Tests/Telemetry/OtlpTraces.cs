namespace Cluster.Deploy.Tests.Telemetry;

/// <param name="Trace">In hexadecimal.</param>
/// <param name="Id">In hexadecimal.</param>
/// <param name="Parent">The id of the span that it is in; empty where it is the first of its trace.</param>
/// <param name="Began">In nanoseconds since 1970.</param>
/// <param name="Ended">In nanoseconds since 1970.</param>
/// <param name="Attributes">Texts and whole numbers.</param>
internal sealed record OtlpSpan(
    string Trace, string Id, string Parent, string Name, ulong Began, ulong Ended, IReadOnlyDictionary<string, string> Attributes);

/// <param name="Trace">In hexadecimal; empty where it was logged in none.</param>
/// <param name="Span">In hexadecimal.</param>
internal sealed record OtlpLog(string Trace, string Span, string Body);

/// <summary>Spans and lines of logs of OTLP requests, by the numbers of their fields in opentelemetry/proto.</summary>
internal static class OtlpTraces
{
    /// <param name="request">An ExportTraceServiceRequest.</param>
    public static List<OtlpSpan> Spans(ByteString request) =>
    [
        .. Inner(request).Select(span => new OtlpSpan(
            span.Hex(1),
            span.Hex(2),
            span.Hex(4),
            span.Text(5),
            span.Number(7),
            span.Number(8),
            span.Messages(9).ToDictionary(pair => pair.Text(1), pair => Value(pair.Messages(2).Single()), StringComparer.Ordinal)))
    ];

    /// <param name="request">An ExportLogsServiceRequest.</param>
    public static List<OtlpLog> Logs(ByteString request) =>
    [
        .. Inner(request).Select(line => new OtlpLog(
            line.Hex(9), line.Hex(10), string.Concat(line.Messages(5).Select(body => body.Text(1)))))
    ];

    private static string Value(ProtobufFields value) =>
        value.Has(1) ? value.Text(1) : value.Number(3).ToString(CultureInfo.InvariantCulture);

    // By resource and scope; of both kinds in the same places.
    private static IEnumerable<ProtobufFields> Inner(ByteString request) =>
        new ProtobufFields(request).Messages(1).SelectMany(resource => resource.Messages(2)).SelectMany(scope => scope.Messages(2));
}
