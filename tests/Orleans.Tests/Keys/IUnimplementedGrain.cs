using Orleans;

namespace Cluster.OrleansTests;

public interface IUnimplementedGrain : IGrainWithStringKey
{
    Task NothingAsync();
}
