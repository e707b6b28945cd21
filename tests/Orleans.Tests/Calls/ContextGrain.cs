using Orleans;

namespace Cluster.OrleansTests;

internal sealed class ContextGrain : Grain, IContextGrain
{
    public Task<int> DoubleAsync(int number) => Task.FromResult(2 * number);
}
