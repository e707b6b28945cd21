using Orleans;

namespace Cluster.OrleansTests;

internal sealed class StringKeyGrain : Grain, IStringKeyGrain
{
    public Task<string> KeyAsync() => Task.FromResult(this.GetPrimaryKeyString());

    public Task<string> IdentityAsync() => Task.FromResult(IdentityString);
}
