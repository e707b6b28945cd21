using Microsoft.Extensions.Logging.Console;

namespace Cluster.Silo.Hosting;

/// <summary>
/// The console log, one line per entry. Entries may contain texts of callers, even those of libraries: characters that would control a
/// terminal or start a new line are made visible. Repeated entries are shown once a minute; over OTLP all of them are sent.
/// </summary>
internal sealed class VisibleConsole(TimeProvider time) : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "visible";

    private readonly RepeatedEvents _repeated = new(time);

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        string message = logEntry.Formatter(logEntry.State, logEntry.Exception);
        if (_repeated.Untold(logEntry, message) is not { } untold)
        {
            return;
        }

        string what = logEntry.Exception is { } exception ? $"{message} {exception}" : message;
        string more = untold > 0 ? $" ({untold} more since it was last told)" : "";
        textWriter.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{time.GetUtcNow():HH:mm:ss.fff} {Level(logEntry.LogLevel)}: {logEntry.Category}[{logEntry.EventId.Id}] {Line(what)}{more}"));
    }

    // The lines of an exception become one line here.
    private static string Line(string text) => VisibleText.Clean(text.Replace(Environment.NewLine, " ", StringComparison.Ordinal));

    private static string Level(LogLevel level) => level switch
    {
        LogLevel.Trace => "trce",
        LogLevel.Debug => "dbug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warn",
        LogLevel.Error => "fail",
        _ => "crit",
    };
}
