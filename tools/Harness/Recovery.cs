namespace Cluster.Harness;

/// <summary>A fault and what followed.</summary>
/// <param name="Silo">Which silo.</param>
/// <param name="Kind">What was done to it.</param>
/// <param name="Coordinator">Whether it coordinated the job.</param>
/// <param name="OthersReady">How many other silos were ready: with none, recovery waits for one to start.</param>
/// <param name="Seconds">Until the next record of the job, by another owner where the coordinator was struck; null
/// where the job was over before.</param>
internal sealed record Recovery(int Silo, FaultKind Kind, bool Coordinator, int OthersReady, double? Seconds);
