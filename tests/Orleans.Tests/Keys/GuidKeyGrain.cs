using Orleans;

namespace Cluster.OrleansTests;

internal sealed class GuidKeyGrain : Grain, IGuidKeyGrain
{
    public Task<Guid> KeyAsync() => Task.FromResult(this.GetPrimaryKey());
}
