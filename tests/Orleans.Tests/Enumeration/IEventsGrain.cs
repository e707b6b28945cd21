using System.Runtime.CompilerServices;
using Orleans;

namespace Cluster.OrleansTests;

public interface IEventsGrain : IGrainWithStringKey
{
    IAsyncEnumerable<Payload> CountAsync(int from, int count);

    IAsyncEnumerable<int> FailAfterAsync(int count);

    IAsyncEnumerable<int> EndlessAsync(string gate, CancellationToken cancellationToken = default);

    Task<int> PingAsync();

    Task LeaveAsync();
}
