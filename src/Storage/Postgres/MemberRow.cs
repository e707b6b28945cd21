namespace Cluster.Storage.Postgres;

/// <summary>A silo's row among the members of a cluster.</summary>
/// <param name="Address">Its IP address for other silos.</param>
/// <param name="Port">Its port for them.</param>
/// <param name="Generation">Differs each time that a silo starts at this address.</param>
/// <param name="AliveAt">Its last sign of life, in UTC.</param>
public sealed record MemberRow(string Address, int Port, int Generation, DateTime AliveAt);
