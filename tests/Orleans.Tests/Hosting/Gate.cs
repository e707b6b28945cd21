using System.Collections.Concurrent;

namespace Cluster.OrleansTests;

/// <summary>Events by name, between a test and the grains of its process. A wait that nothing answers fails and says which.</summary>
internal static class Gate
{
    private static readonly ConcurrentDictionary<string, TaskCompletionSource> All = new(StringComparer.Ordinal);

    public static void Open(string name) => Of(name).TrySetResult();

    public static async Task PassedAsync(string name)
    {
        try
        {
            await Of(name).Task.WaitAsync(TimeSpan.FromSeconds(30));
        }
        catch (TimeoutException late)
        {
            throw new TimeoutException($"Nobody opened the gate '{name}'.", late);
        }
    }

    public static string New() => Guid.NewGuid().ToString("N");

    private static TaskCompletionSource Of(string name) =>
        All.GetOrAdd(name, static _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
}
