using Microsoft.Extensions.Logging;

namespace Cluster.Silo.Hosting;

/// <summary>What a silo's log leaves out.</summary>
internal static class LogLevels
{
    /// <summary>Keeps what cluster tells, and of the frameworks warnings and errors.</summary>
    public static ILoggingBuilder LeaveOutWhatIsUsual(this ILoggingBuilder logging) => logging
        .AddFilter("Orleans", LogLevel.Warning)
        // At each start it warns twice of a garbage collector that is chosen on purpose: the workstation's, as the memory
        // of the machine is for the evaluators. It has no other warnings at work.
        .AddFilter("Orleans.Runtime.Silo", LogLevel.Error)
        // Its thread starts before its clock does (10.4.2), so it warns at starts of a check that is late by the machine's uptime.
        .AddFilter("Orleans.Runtime.Watchdog", LogLevel.Error)
        // A grain service of ours, in which only Orleans speaks: that it starts, stops, and has another range of no meaning to it.
        .AddFilter("Cluster.Grains.Hosting.NodeService", LogLevel.Warning)
        // Two lines for each placement of a grain.
        .AddFilter("Polly", LogLevel.Warning)
        // Refused calls with the caller's own words, unescaped; Cluster.Audit tells of them.
        .AddFilter("Grpc", LogLevel.Warning)
        // A line for each call without a token, as many as a stranger likes; the metrics count them.
        .AddFilter("Cluster.Silo.Api.Access.TokenHandler", LogLevel.Warning)
        .AddFilter("Microsoft", LogLevel.Warning)
        // That it could not start, or was stopped before it had: the command says why, and what to do.
        .AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical)
        // Each second that the store is away; StoreHealth tells when it goes and comes back.
        .AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None)
        .SetMinimumLevel(LogLevel.Information);
}
