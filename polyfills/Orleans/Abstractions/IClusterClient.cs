namespace Orleans;

/// <summary>The grain factory as code outside grains sees it.</summary>
public interface IClusterClient : IGrainFactory
{
    IServiceProvider ServiceProvider { get; }
}
