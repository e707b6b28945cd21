using Orleans;

namespace Cluster.OrleansTests;

public interface IIntegerKeyGrain : IGrainWithIntegerKey
{
    Task<long> KeyAsync();
}
