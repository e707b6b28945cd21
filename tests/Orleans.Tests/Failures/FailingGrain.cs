using Orleans;

namespace Cluster.OrleansTests;

internal sealed class FailingGrain : Grain, IFailingGrain
{
    private int _count;

    public async Task ThrowAsync(string message)
    {
        _count++;
        await Task.Yield();
        throw new FormatException(message);
    }

    public Task<int> ThrowAtOnceAsync()
    {
        _count++;
        throw new InvalidOperationException("at once");
    }

    public Task ThrowOwnAsync(int code) => throw new CandidateException("own") { Code = code };

    public Task ThrowBareAsync() => throw new BareException("bare");

    public Task ThrowWithInnerAsync() => throw new InvalidOperationException("outer", new FormatException("inner"));

    public ValueTask<int> CountAsync() => new(_count);
}
