using OpenTelemetry;

namespace Cluster.Silo.Telemetry;

/// <summary>Drops Orleans' spans that belong to no request: silos call each other all the time, and each call would be a trace.</summary>
internal sealed class OrleansSpans : BaseProcessor<Activity>
{
    /// <summary>The prefix of Orleans' sources.</summary>
    public const string Sources = "Microsoft.Orleans.";

    // At the start: the span of the other side depends on the context sent to it.
    public override void OnStart(Activity data)
    {
        if (data.ParentId is null && data.Source.Name.StartsWith(Sources, StringComparison.Ordinal))
        {
            data.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
            data.IsAllDataRequested = false;
        }
    }
}
