namespace Cluster.Silo.Tests.Telemetry;

/// <summary>
/// docs/guide/telemetry.md lists the events and spans of the code: no more and no less. Metrics: <see cref="MetricTableTests"/>.
/// </summary>
public sealed partial class TelemetryGuideTests
{
    [Fact]
    public void Events_OfTheCode_AreThoseOfTheGuide()
    {
        var declared = new[] { typeof(SiloMetrics).Assembly, typeof(GrainOptions).Assembly }
            .SelectMany(assembly => assembly.GetTypes())
            .SelectMany(type => type.GetMethods(
                BindingFlags.Instance | BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public | BindingFlags.DeclaredOnly))
            .Select(method => method.GetCustomAttribute<LoggerMessageAttribute>())
            .OfType<LoggerMessageAttribute>()
            .Select(message => $"{message.EventId} {message.Level} {message.Message}")
            .ToArray();

        declared.ShouldBeUnique();
        declared.Order(StringComparer.Ordinal).ShouldBe(Rows(EventRow()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Spans_OfTheCode_AreThoseOfTheGuide()
    {
        var declared = Enum.GetValues<WorkStage>()
            .Select(stage => ClusterTracing.StagePrefix + Labels.Of(stage))
            .Append(ClusterTracing.Attempt)
            .Append(ClusterTracing.Evaluator);

        Rows(SpanRow()).Order(StringComparer.Ordinal).ShouldBe(declared.Order(StringComparer.Ordinal));
    }

    private static IEnumerable<string> Rows(Regex row) =>
        row.Matches(Checkout.Read("docs", "guide", "telemetry.md"))
            .Select(match => string.Join(' ', match.Groups.Values.Skip(1).Select(group => group.Value)));

    [GeneratedRegex(
        @"^\| (?<id>[0-9]{4}) \| (?<level>[A-Z][a-z]+) \| `(?<text>[^`]+)` \|", RegexOptions.ExplicitCapture | RegexOptions.Multiline)]
    private static partial Regex EventRow();

    [GeneratedRegex(@"^\| `(?<name>cluster\.[a-z_.]+)` \| span \|", RegexOptions.ExplicitCapture | RegexOptions.Multiline)]
    private static partial Regex SpanRow();
}
