using Microsoft.Extensions.Logging;

namespace Cluster.Grains.Tests.Support;

/// <summary>What is logged, with the values of the scopes around it.</summary>
internal sealed class ScopeLog : ILoggerProvider, ISupportExternalScope
{
    private IExternalScopeProvider _scopes = new LoggerExternalScopeProvider();

    public ConcurrentQueue<(EventId Event, IReadOnlyDictionary<string, object> Scope)> Lines { get; } = new();

    public ILogger CreateLogger(string categoryName) => new Logger(this);

    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => _scopes = scopeProvider;

    public void Dispose()
    {
        // Nothing is held.
    }

    private sealed class Logger(ScopeLog log) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => log._scopes.Push(state);

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var values = new Dictionary<string, object>(StringComparer.Ordinal);
            log._scopes.ForEachScope(
                static (scope, into) =>
                {
                    foreach (var (name, value) in scope as IEnumerable<KeyValuePair<string, object>> ?? [])
                    {
                        into[name] = value;
                    }
                },
                values);
            log.Lines.Enqueue((eventId, values));
        }
    }
}
