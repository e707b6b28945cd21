using Orleans;
using Orleans.Runtime;

namespace Cluster.OrleansTests;

internal sealed class ChainGrain : Grain, IChainGrain
{
    public async Task<string> RoundTripAsync(IChainGrain other, bool allow)
    {
        using var section = allow ? RequestContext.AllowCallChainReentrancy() : RequestContext.SuppressCallChainReentrancy();
        return await other.CallAsync(this.AsReference<IChainGrain>());
    }

    public async Task<string> CallAsync(IChainGrain other) => "back from " + await other.NameAsync();

    public Task<string> NameAsync() => Task.FromResult(this.GetPrimaryKeyString());
}
