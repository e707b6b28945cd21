using Orleans;

namespace Cluster.OrleansTests;

internal sealed class GuidCompoundKeyGrain : Grain, IGuidCompoundKeyGrain
{
    public Task<(Guid Key, string? Extension)> KeyAsync() => Task.FromResult((this.GetPrimaryKey(out var extension), extension));
}
