namespace Cluster.Silo.Telemetry;

/// <summary>Reports evaluators' work: a duration for each stage, and the spans that their silo sends on their behalf.</summary>
internal static class StageTelemetry
{
    /// <summary>The callback for a slot's worker at the end of a request.</summary>
    public static Action<EvaluatorWork> For(SiloMetrics metrics) => work =>
    {
        foreach (var stage in work.Times.Stages)
        {
            metrics.StageEnded(Labels.Of(stage.Stage), stage.Duration);
        }

        ClusterTracing.Evaluated(work);
    };
}
