using Orleans;

namespace Cluster.OrleansTests;

public interface IFailingGrain : IGrainWithStringKey
{
    Task ThrowAsync(string message);

    Task<int> ThrowAtOnceAsync();

    Task ThrowOwnAsync(int code);

    Task ThrowBareAsync();

    Task ThrowWithInnerAsync();

    ValueTask<int> CountAsync();
}
