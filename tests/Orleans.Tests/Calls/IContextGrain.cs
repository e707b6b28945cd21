using Orleans;

namespace Cluster.OrleansTests;

public interface IContextGrain : IGrainWithStringKey
{
    Task<int> DoubleAsync(int number);
}
