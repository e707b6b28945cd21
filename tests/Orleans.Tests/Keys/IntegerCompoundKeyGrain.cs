using Orleans;

namespace Cluster.OrleansTests;

internal sealed class IntegerCompoundKeyGrain : Grain, IIntegerCompoundKeyGrain
{
    public Task<(long Key, string? Extension)> KeyAsync() => Task.FromResult((this.GetPrimaryKeyLong(out var extension), extension));
}
