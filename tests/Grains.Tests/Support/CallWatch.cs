namespace Cluster.Grains.Tests.Support;

/// <summary>Tells when calls of grains have ended.</summary>
internal sealed class CallWatch : IIncomingGrainCallFilter
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _next = new(StringComparer.Ordinal);

    /// <summary>Completes with the end of the next call of a method.</summary>
    public Task NextAsync(string method) => _next
        .GetOrAdd(method, static _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously))
        .Task.WaitAsync(TestContext.Current.CancellationToken);

    public async Task Invoke(IIncomingGrainCallContext context)
    {
        await context.Invoke();
        if (_next.TryRemove(context.MethodName, out var waited))
        {
            waited.SetResult();
        }
    }
}
