using Orleans;
using Orleans.Concurrency;

namespace Cluster.OrleansTests;

/// <summary>Grains whose requests wait for gates and write down when they began and ended.</summary>
public interface IStepsGrain : IGrainWithStringKey
{
    Task WriteAsync(string name);

    [AlwaysInterleave]
    Task<string[]> LogAsync();

    [AlwaysInterleave]
    Task<bool> KeepsItsSchedulerAsync();
}
