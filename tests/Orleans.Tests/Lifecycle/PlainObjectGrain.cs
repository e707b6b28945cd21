using Orleans;
using Orleans.Runtime;

namespace Cluster.OrleansTests;

/// <summary>A grain without the base class.</summary>
internal sealed class PlainObjectGrain(IGrainContext context, Release release) : IGrainBase, IPlainObjectGrain
{
    public IGrainContext GrainContext => context;

    public Task OnActivateAsync(CancellationToken token)
    {
        release.Name = context.GrainId.Key.ToString();
        return Task.CompletedTask;
    }

    public Task<string> DescribeAsync()
    {
        this.DeactivateOnIdle();
        return Task.FromResult($"{context.GrainId} with {release.Name}");
    }
}
