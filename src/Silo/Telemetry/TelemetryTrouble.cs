using System.Diagnostics.Tracing;

namespace Cluster.Silo.Telemetry;

/// <summary>
/// Logs problems that OpenTelemetry only reports internally: that telemetry is not delivered, or that a variable is not understood. Each
/// kind of problem is logged once, as it recurs with every export.
/// </summary>
internal sealed partial class TelemetryTrouble : EventListener, IHostedService
{
    private const string Exporter = "OpenTelemetry-Exporter-OpenTelemetryProtocol";

    private readonly ConcurrentDictionary<string, byte> _told = new(StringComparer.Ordinal);
    private readonly ILogger<TelemetryTrouble> _logger;

    public TelemetryTrouble(ILogger<TelemetryTrouble> logger)
    {
        _logger = logger;
        foreach (var source in EventSource.GetSources())
        {
            Hear(source);
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        // The base class calls this for existing sources before this object is constructed; the constructor handles those.
        if (_logger is not null)
        {
            Hear(eventSource);
        }
    }

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        // Until a listener is constructed, the base class lets it hear sources that others enabled, such as counters of the runtime.
        if (IsExporter(eventData.EventSource) && _told.TryAdd(eventData.EventName ?? string.Empty, 0))
        {
            LogTrouble(Sentence(eventData));
        }
    }

    private void Hear(EventSource source)
    {
        if (IsExporter(source))
        {
            EnableEvents(source, EventLevel.Warning);
        }
    }

    private static bool IsExporter(EventSource source) => string.Equals(source.Name, Exporter, StringComparison.Ordinal);

    // Payloads may be exceptions with their stack traces: the first line of each says what happened.
    private static string Sentence(EventWrittenEventArgs told)
    {
        object?[] values = [.. told.Payload?.Select(value => value is string text ? text.Split('\n')[0].Trim() : value) ?? []];
        return told.Message is { } message
            ? string.Format(CultureInfo.InvariantCulture, message, values)
            : $"{told.EventName} {string.Join(' ', values)}".Trim();
    }

    [LoggerMessage(
        EventId = 2401,
        EventName = "telemetry.trouble",
        Level = LogLevel.Warning,
        Message = "Telemetry does not get through, look at the OTEL_* variables and the collector (this is said once): {Problem}")]
    private partial void LogTrouble(string problem);
}
