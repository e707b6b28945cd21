using System.Diagnostics;
using OpenTelemetry;

namespace Cluster.Silo.Telemetry;

/// <summary>
/// Leaves out Orleans' spans that are in nobody's trace: what silos ask each other all the time would be a trace for every call.
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
