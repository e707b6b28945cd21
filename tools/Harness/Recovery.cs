namespace Cluster.Harness;

/// <summary>A kill and what followed.</summary>
/// <param name="Silo">Which silo.</param>
/// <param name="Coordinator">Whether it coordinated the job.</param>
/// <param name="OthersReady">How many other silos were ready: with none, recovery waits for one to start.</param>
/// <param name="Seconds">Until the next record of the job, by another owner where the coordinator was killed; null
/// where the job was over before.</param>
internal sealed record Recovery(int Silo, bool Coordinator, int OthersReady, double? Seconds);
