using Orleans;

namespace Cluster.OrleansTests;

public interface IStringKeyGrain : IGrainWithStringKey
{
    Task<string> KeyAsync();

    Task<string> IdentityAsync();
}
