using Orleans;
using Orleans.Concurrency;

namespace Cluster.OrleansTests;

public interface ISlowGrain : IGrainWithStringKey
{
    /// <summary>Writes down that it ran, waits for the gate, writes down that it ended.</summary>
    Task RecordAsync(string gate);

    Task WaitAsync(string gate, CancellationToken cancellationToken);

    [AlwaysInterleave]
    Task<string[]> LogAsync();
}
