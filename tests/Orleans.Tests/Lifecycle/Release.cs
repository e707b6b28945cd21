namespace Cluster.OrleansTests;

/// <summary>A scoped service: one for each activation, disposed of with it.</summary>
internal sealed class Release : IDisposable
{
    public string? Name { get; set; }

    public void Dispose() => Gate.Open(Name + " released");
}
