namespace Cluster.Tests;

/// <summary>Calls on the reporting thread, which <see cref="Progress{T}"/> does not.</summary>
public sealed class Reports<T>(Action<T> see) : IProgress<T>
{
    public void Report(T value) => see(value);
}
