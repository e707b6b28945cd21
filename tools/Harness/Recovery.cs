namespace Cluster.Harness;

/// <summary>A fault and what followed.</summary>
/// <param name="Silo">Which silo.</param>
/// <param name="Kind">What was done to it.</param>
/// <param name="Coordinator">Whether it coordinated the job.</param>
/// <param name="OthersReady">How many other silos were ready: with none, recovery waits for one to start.</param>
/// <param name="Seconds">Until the next record of the job, by another owner where the coordinator was struck; null
/// where the job was over before.</param>
/// <param name="Coordinated">Until another owner coordinates the job, whatever its items take; null where the silo that was struck did
/// not coordinate it, or where no other owner was needed.</param>
internal sealed record Recovery(int Silo, FaultKind Kind, bool Coordinator, int OthersReady, double? Seconds, double? Coordinated);
