namespace Cluster.Grains.Tests.Support;

/// <summary>Members of a cluster that change when a test says so.</summary>
/// <remarks>A proxy, as the package's interface has more than the stand-in's. Not sealed, as the proxy derives from it.</remarks>
public class PlayedMembers : DispatchProxy
{
    private ISiloStatusListener? _listener;

    public static (ISiloStatusOracle Oracle, PlayedMembers Played) Create()
    {
        var oracle = Create<ISiloStatusOracle, PlayedMembers>();
        return (oracle, (PlayedMembers)(object)oracle);
    }

    /// <summary>Tells who subscribed of a change; which silo it is does not matter to them.</summary>
    public void Tell(SiloStatus status) => _listener.ShouldNotBeNull().SiloStatusChangeNotification(null!, status);

    /// <inheritdoc/>
    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        targetMethod!.Name.ShouldBe(nameof(ISiloStatusOracle.SubscribeToSiloStatusEvents));
        _listener = (ISiloStatusListener)args![0]!;
        return true;
    }
}
