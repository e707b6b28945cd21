namespace Cluster.Silo.Tests.Api;

/// <summary>A silo whose operator shares a folder of its disk.</summary>
public sealed class SharingSilo() : HostileSilo(shares: true);
