using Cluster.Evaluation.Setup;

namespace Cluster.Silo.Telemetry;

/// <summary>Reports the stages of attempts: one span and one duration each.</summary>
internal static class StageTelemetry
{
    /// <summary>The callback for a slot's worker at the end of a stage.</summary>
    public static Action<WorkStage, DateTimeOffset, TimeSpan> For(SiloMetrics metrics) => (stage, began, duration) =>
    {
        var name = Labels.Of(stage);
        metrics.StageEnded(name, duration);
        ClusterTracing.Stage(name, began, duration);
    };
}
