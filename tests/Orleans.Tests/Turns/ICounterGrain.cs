using Orleans;

namespace Cluster.OrleansTests;

public interface ICounterGrain : IGrainWithStringKey
{
    Task<int> AddAsync(int amount);

    Task AppendAsync(int item);

    ValueTask<CounterState> GetAsync();
}
