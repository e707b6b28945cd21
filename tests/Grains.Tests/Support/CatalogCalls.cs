namespace Cluster.Grains.Tests.Support;

/// <summary>A cluster with a catalogue alone, which tells of each call that has jobs looked after.</summary>
/// <remarks>Not sealed, as its proxy derives from it.</remarks>
public class CatalogCalls : DispatchProxy
{
    private readonly Channel<bool> _calls = Channel.CreateUnbounded<bool>();

    internal static (IGrainFactory Grains, ChannelReader<bool> Calls) Create()
    {
        var grains = Create<IGrainFactory, CatalogCalls>();
        return (grains, ((CatalogCalls)(object)grains)._calls.Reader);
    }

    /// <inheritdoc/>
    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
        RehearsedReference.Of(typeof(IJobCatalogGrain), new Catalog(_calls.Writer));

    private sealed class Catalog(ChannelWriter<bool> calls)
    {
        public Task KeepAliveAsync()
        {
            calls.TryWrite(true);
            return Task.CompletedTask;
        }
    }
}
