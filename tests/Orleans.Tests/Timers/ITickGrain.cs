using Orleans;
using Orleans.Concurrency;

namespace Cluster.OrleansTests;

public interface ITickGrain : IGrainWithStringKey
{
    Task StartAsync(TimeSpan dueTime, TimeSpan period, bool interleave, bool keepAlive);

    Task ChangeAsync(TimeSpan dueTime, TimeSpan period);

    Task StopAsync();

    Task FailNextAsync();

    Task BlockAsync(string gate);

    [AlwaysInterleave]
    Task<int> CountAsync();
}
