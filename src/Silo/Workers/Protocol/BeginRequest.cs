using Cluster.Evaluation.Nodes;

namespace Cluster.Silo.Workers.Protocol;

/// <summary>The first message: who asks, and how to work.</summary>
/// <param name="Protocol">See <see cref="MessageStream.Version"/>.</param>
/// <param name="Folders">Where to read and write.</param>
/// <param name="AllowSynthetic">Whether synthetic jobs are accepted.</param>
/// <param name="MemoryLimit">Bytes above which the process will be ended; 0 for none.</param>
/// <param name="HeartbeatSeconds">How often to give a sign of life while at work.</param>
internal sealed record BeginRequest(int Protocol, NodeFolders Folders, bool AllowSynthetic, long MemoryLimit, double HeartbeatSeconds) : WorkerRequest;
