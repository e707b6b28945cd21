namespace Cluster.Grains.Tests.Support;

/// <summary>A cluster that cannot be reached: there is no getting at any grain.</summary>
public class NoGrains : DispatchProxy
{
    public static IGrainFactory Create() => Create<IGrainFactory, NoGrains>();

    protected override object Invoke(MethodInfo? targetMethod, object?[]? args) => throw new TimeoutException("No silo answers.");
}
