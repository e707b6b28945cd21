using Orleans;
using Orleans.Runtime;

namespace Cluster.OrleansTests;

internal sealed class ContextGrain : Grain, IContextGrain
{
    public Task<string?> ValueAsync() => Task.FromResult(RequestContext.Get("job") as string);

    public Task<string?> ValueOfAsync(IContextGrain other) => other.ValueAsync();

    public Task ChangeAsync(string value)
    {
        RequestContext.Set("job", value);
        return Task.CompletedTask;
    }

    public Task<int> DoubleAsync(int number) => Task.FromResult(2 * number);
}
