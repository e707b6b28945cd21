using Orleans;

namespace Cluster.OrleansTests;

public interface IContextGrain : IGrainWithStringKey
{
    Task<string?> ValueAsync();

    Task<string?> ValueOfAsync(IContextGrain other);

    Task ChangeAsync(string value);

    Task<int> DoubleAsync(int number);
}
