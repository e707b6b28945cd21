using Cluster.Silo.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Cluster.Silo.Tests.Hosting;

public sealed class LogLevelsTests
{
    [Theory]
    [InlineData("Orleans.Runtime.Silo", LogLevel.Warning, false)]
    [InlineData("Orleans.Runtime.Silo", LogLevel.Error, true)]
    [InlineData("Orleans.Runtime.Catalog", LogLevel.Warning, true)]
    [InlineData("Orleans.Runtime.Catalog", LogLevel.Information, false)]
    [InlineData("Orleans.Runtime.Watchdog", LogLevel.Warning, false)]
    [InlineData("Cluster.Grains.Hosting.NodeService", LogLevel.Information, false)]
    [InlineData("Polly", LogLevel.Information, false)]
    [InlineData("Polly", LogLevel.Warning, true)]
    [InlineData("Grpc.AspNetCore.Server.ServerCallHandler", LogLevel.Information, false)]
    [InlineData("Microsoft.AspNetCore.Server.Kestrel", LogLevel.Information, false)]
    [InlineData("Microsoft.Extensions.Diagnostics.HealthChecks.DefaultHealthCheckService", LogLevel.Error, false)]
    [InlineData("Cluster.Silo.Api.Access.TokenHandler", LogLevel.Information, false)]
    [InlineData("Cluster.Grains.Jobs.JobGrain", LogLevel.Information, true)]
    [InlineData("Cluster.Grains.Jobs.JobGrain", LogLevel.Debug, false)]
    public void LeaveOutWhatIsUsual_Category_IsLoggedFromItsLevelOn(string category, LogLevel level, bool expected)
    {
        using var services = new ServiceCollection()
            .AddLogging(logging => logging.AddProvider(new EverythingProvider()).LeaveOutWhatIsUsual())
            .BuildServiceProvider();

        services.GetRequiredService<ILoggerFactory>().CreateLogger(category).IsEnabled(level).ShouldBe(expected);
    }

    private sealed class EverythingProvider : ILoggerProvider
    {
        public ILogger CreateLogger(string categoryName) => new EverythingLogger();

        public void Dispose()
        {
            // It holds nothing.
        }
    }

    private sealed class EverythingLogger : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            formatter(state, exception).ShouldNotBeNull();
    }
}
