namespace Cluster.Bench.Throughput;

/// <summary>One measurement.</summary>
/// <param name="Candidates">How many, of the job that is measured.</param>
/// <param name="InFlight">How many at once.</param>
/// <param name="Slots">Slots of each silo.</param>
/// <param name="Database">PostgreSQL's connection, or null for files.</param>
/// <param name="Folder">Folder of the file store.</param>
/// <param name="More">How often silos are weighed after 2000 candidates more.</param>
internal sealed record ThroughputOptions(int Candidates, int InFlight, int Slots, string? Database, string Folder, int More = 1);
