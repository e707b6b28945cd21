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
        .AddFilter("Microsoft", LogLevel.Warning)
        .SetMinimumLevel(LogLevel.Information);
}
