using Orleans;

namespace Cluster.OrleansTests;

public interface IGuidCompoundKeyGrain : IGrainWithGuidCompoundKey
{
    Task<(Guid Key, string? Extension)> KeyAsync();
}
