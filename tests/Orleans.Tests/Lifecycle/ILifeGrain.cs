using Orleans;
using Orleans.Concurrency;

namespace Cluster.OrleansTests;

public interface ILifeGrain : IGrainWithStringKey
{
    Task<Guid> ActivationAsync();

    Task LeaveAsync();

    Task LeaveAfterAsync(string gate);

    Task StayAsync(TimeSpan span);

    [AlwaysInterleave]
    Task<int> ScopedServiceAsync();
}
