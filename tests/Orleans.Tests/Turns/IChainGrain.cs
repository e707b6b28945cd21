using Orleans;

namespace Cluster.OrleansTests;

public interface IChainGrain : IGrainWithStringKey
{
    /// <summary>Calls the other grain, which calls back.</summary>
    Task<string> RoundTripAsync(IChainGrain other);

    Task<string> CallAsync(IChainGrain other);

    Task<string> NameAsync();
}
