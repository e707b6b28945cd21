namespace Orleans.Hosting;

/// <summary>What the builder's methods ask of the silo.</summary>
internal sealed class SiloSetup
{
    public bool IsClustered { get; set; }

    public bool PropagatesActivity { get; set; }

    public int GatewayPort { get; set; }

    public List<Func<IServiceProvider, CancellationToken, Task>> StartupTasks { get; } = [];
}
