using Orleans;
using Orleans.Concurrency;

namespace Cluster.OrleansTests;

public interface ILifeGrain : IGrainWithStringKey
{
    Task<Guid> ActivationAsync();

    Task LeaveAsync();

    Task LeaveAfterAsync(string gate);

    [AlwaysInterleave]
    Task<int> ScopedServiceAsync();
}
