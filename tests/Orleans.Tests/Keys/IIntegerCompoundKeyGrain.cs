using Orleans;

namespace Cluster.OrleansTests;

public interface IIntegerCompoundKeyGrain : IGrainWithIntegerCompoundKey
{
    Task<(long Key, string? Extension)> KeyAsync();
}
