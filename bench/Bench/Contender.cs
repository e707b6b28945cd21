namespace Cluster.Bench;

/// <summary>One way of doing the same sweep.</summary>
/// <param name="Name">What the table calls it.</param>
/// <param name="Run">Does the whole sweep once and times it.</param>
internal sealed record Contender(string Name, Func<SweepOutcome> Run);
