namespace Cluster.Silo.Workers;

/// <summary>An evaluator process's part of an attempt.</summary>
/// <param name="ProcessId">The process.</param>
/// <param name="Times">Its times.</param>
/// <param name="IsTold">Whether the process reported these times; otherwise they are the times at which its silo received its messages, as
/// it ended before its report.</param>
internal sealed record EvaluatorWork(int ProcessId, WorkTimes Times, bool IsTold);
