using Orleans;

namespace Cluster.OrleansTests;

public interface IStringKeyGrain : IGrainWithStringKey
{
    Task<string> KeyAsync();

    Task<string> IdentityAsync();
}

public interface IIntegerKeyGrain : IGrainWithIntegerKey
{
    Task<long> KeyAsync();
}

public interface IGuidKeyGrain : IGrainWithGuidKey
{
    Task<Guid> KeyAsync();
}

public interface IIntegerCompoundKeyGrain : IGrainWithIntegerCompoundKey
{
    Task<(long Key, string? Extension)> KeyAsync();
}

public interface IGuidCompoundKeyGrain : IGrainWithGuidCompoundKey
{
    Task<(Guid Key, string? Extension)> KeyAsync();
}

public interface IUnimplementedGrain : IGrainWithStringKey
{
    Task NothingAsync();
}
