using Cluster.Evaluation.Setup;

namespace Cluster.Silo.Workers.Protocol;

/// <summary>A sign of life while at work; also sent at once when the stage changes.</summary>
/// <param name="Id">The request.</param>
/// <param name="Stage">What it is at.</param>
/// <param name="Seconds">For how long.</param>
internal sealed record HeartbeatReply(long Id, WorkStage Stage, double Seconds) : WorkerReply;
