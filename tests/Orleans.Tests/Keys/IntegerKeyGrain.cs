using Orleans;

namespace Cluster.OrleansTests;

internal sealed class IntegerKeyGrain : Grain, IIntegerKeyGrain
{
    public Task<long> KeyAsync() => Task.FromResult(this.GetPrimaryKeyLong());
}
