using Orleans;

namespace Cluster.OrleansTests;

public interface IPlainObjectGrain : IGrainWithStringKey
{
    Task<string> DescribeAsync();
}
