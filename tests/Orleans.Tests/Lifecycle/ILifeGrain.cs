using Orleans;
using Orleans.Concurrency;

namespace Cluster.OrleansTests;

public interface ILifeGrain : IGrainWithStringKey
{
    Task<Guid> ActivationAsync();

    Task LeaveAsync();

    Task LeaveAfterAsync(string gate);

    /// <summary>Fails as a write does when another activation has written.</summary>
    Task ConflictAsync();

    Task StayAsync(TimeSpan span);

    [AlwaysInterleave]
    Task<int> ScopedServiceAsync();
}
