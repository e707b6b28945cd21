namespace Orleans;

/// <summary>A client of a cluster: the way to its grains from outside.</summary>
public interface IClusterClient : IGrainFactory
{
    IServiceProvider ServiceProvider { get; }
}
