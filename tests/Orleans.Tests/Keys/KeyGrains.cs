using Orleans;

namespace Cluster.OrleansTests;

internal sealed class StringKeyGrain : Grain, IStringKeyGrain
{
    public Task<string> KeyAsync() => Task.FromResult(this.GetPrimaryKeyString());

    public Task<string> IdentityAsync() => Task.FromResult(IdentityString);
}

internal sealed class IntegerKeyGrain : Grain, IIntegerKeyGrain
{
    public Task<long> KeyAsync() => Task.FromResult(this.GetPrimaryKeyLong());
}

internal sealed class GuidKeyGrain : Grain, IGuidKeyGrain
{
    public Task<Guid> KeyAsync() => Task.FromResult(this.GetPrimaryKey());
}

internal sealed class IntegerCompoundKeyGrain : Grain, IIntegerCompoundKeyGrain
{
    public Task<(long Key, string? Extension)> KeyAsync() => Task.FromResult((this.GetPrimaryKeyLong(out var extension), extension));
}

internal sealed class GuidCompoundKeyGrain : Grain, IGuidCompoundKeyGrain
{
    public Task<(Guid Key, string? Extension)> KeyAsync() => Task.FromResult((this.GetPrimaryKey(out var extension), extension));
}
