using System.Diagnostics;
using OpenTelemetry;

namespace Cluster.Silo.Telemetry;

/// <summary>
/// Leaves out Orleans' spans that belong to no request: silos call each other all the time, and each call would be a trace.
/// </summary>
internal sealed class OrleansSpans : BaseProcessor<Activity>
{
    /// <summary>How the names of Orleans' sources begin.</summary>
    public const string Sources = "Microsoft.Orleans.";

    // At the start: the span of the other side goes by what comes to it.
    public override void OnStart(Activity data)
    {
        if (data.ParentId is null && data.Source.Name.StartsWith(Sources, StringComparison.Ordinal))
        {
            data.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
            data.IsAllDataRequested = false;
        }
    }
}
