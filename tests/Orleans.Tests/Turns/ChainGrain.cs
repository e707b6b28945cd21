using Orleans;

namespace Cluster.OrleansTests;

internal sealed class ChainGrain : Grain, IChainGrain
{
    public Task<string> RoundTripAsync(IChainGrain other) =>
        other.CallAsync(GrainFactory.GetGrain<IChainGrain>(this.GetPrimaryKeyString()));

    public async Task<string> CallAsync(IChainGrain other) => "back from " + await other.NameAsync();

    public Task<string> NameAsync() => Task.FromResult(this.GetPrimaryKeyString());
}
