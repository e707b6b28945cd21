using Orleans;

namespace Cluster.OrleansTests;

public interface IGuidKeyGrain : IGrainWithGuidKey
{
    Task<Guid> KeyAsync();
}
