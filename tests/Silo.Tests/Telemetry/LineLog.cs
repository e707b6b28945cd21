namespace Cluster.Silo.Tests.Telemetry;

/// <summary>What is logged: the events' ids and sentences.</summary>
internal sealed class LineLog : ILoggerProvider
{
    public ConcurrentQueue<(int Id, string Text)> Lines { get; } = new();

    public ILogger CreateLogger(string categoryName) => new Logger(this);

    public void Dispose()
    {
        // Nothing is held.
    }

    private sealed class Logger(LineLog log) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            log.Lines.Enqueue((eventId.Id, formatter(state, exception)));
    }
}
