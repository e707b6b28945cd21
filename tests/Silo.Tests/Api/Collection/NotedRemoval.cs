namespace Cluster.Silo.Tests.Api.Collection;

/// <summary>Removes nothing, and notes of what it was asked.</summary>
internal sealed class NotedRemoval : IJobRemoval
{
    public List<string> Jobs { get; } = [];

    public Task RemoveAsync(string id, IReadOnlyCollection<string> files, CancellationToken cancellationToken)
    {
        Jobs.Add(id);
        return Task.CompletedTask;
    }
}
