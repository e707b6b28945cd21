using Cluster.Silo.Workers.Protocol;

namespace Cluster.Silo.Workers;

/// <summary>What an evaluator process did of an attempt.</summary>
/// <param name="ProcessId">The process.</param>
/// <param name="Times">When.</param>
/// <param name="IsTold">Whether the process told these times; otherwise they are those at which its silo heard of them, as it ended
/// before it could.</param>
internal sealed record EvaluatorWork(int ProcessId, WorkTimes Times, bool IsTold);
