using Cluster.Evaluation.Setup;

namespace Cluster.Silo.Telemetry;

/// <summary>Tells of the stages of attempts: one span and one duration each.</summary>
internal static class StageTelemetry
{
    /// <summary>What a slot's worker is to call when a stage has ended.</summary>
    public static Action<WorkStage, DateTimeOffset, TimeSpan> For(SiloMetrics metrics) => (stage, began, duration) =>
    {
        var name = Labels.Of(stage);
        metrics.StageEnded(name, duration);
        ClusterTracing.Stage(name, began, duration);
    };
}
