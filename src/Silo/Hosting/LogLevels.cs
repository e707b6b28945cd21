namespace Cluster.Silo.Hosting;

/// <summary>Filters a silo's log.</summary>
internal static class LogLevels
{
    /// <summary>Keeps cluster's own entries, and the frameworks' warnings and errors.</summary>
    public static ILoggingBuilder LeaveOutWhatIsUsual(this ILoggingBuilder logging) => logging
        .AddFilter("Orleans", LogLevel.Warning)
        // At each start it warns twice about a garbage collector that is chosen on purpose: the workstation one, because the machine's
        // memory is for the evaluators. It logs no other warnings later.
        .AddFilter("Orleans.Runtime.Silo", LogLevel.Error)
        // A line with an exception for each refused connection, which strangers can repeat at will; RefusedServers tells of them.
        .AddFilter("Orleans.Connections.Security", LogLevel.None)
        // Its thread starts before its clock does (10.4.2), so at starts it warns about a check that is late by the machine's uptime.
        .AddFilter("Orleans.Runtime.Watchdog", LogLevel.Error)
        // A grain service of ours, in which only Orleans logs: that it starts, stops, and has another range, which means nothing here.
        .AddFilter("Cluster.Grains.Hosting.NodeService", LogLevel.Warning)
        // Two lines for each placement of a grain.
        .AddFilter("Polly", LogLevel.Warning)
        // Refused calls with the caller's own words, unescaped; Cluster.Audit reports them.
        .AddFilter("Grpc", LogLevel.Warning)
        // With CallInterceptor around every call, what is left are messages that cannot be read, which strangers can repeat at will.
        .AddFilter("Grpc.AspNetCore.Server.ServerCallHandler", LogLevel.None)
        .AddFilter("Grpc.AspNetCore.Grpc.JsonTranscoding.ServerCallHandler", LogLevel.None)
        // A line for each call without a token, which strangers can repeat at will; the metrics count them.
        .AddFilter("Cluster.Silo.Api.Access.TokenHandler", LogLevel.Warning)
        .AddFilter("Microsoft", LogLevel.Warning)
        // At a first start it warns that its new key is stored unencrypted: nothing here is protected by it, callers have tokens.
        .AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error)
        // That it could not start, or was stopped before: the command says why, and what to do.
        .AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical)
        // An entry for each second that the store is unavailable; StoreHealth reports when that starts and ends.
        .AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None)
        .SetMinimumLevel(LogLevel.Information);
}
