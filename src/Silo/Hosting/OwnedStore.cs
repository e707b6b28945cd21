using Cluster.Coordinator.Ports;

namespace Cluster.Silo.Hosting;

/// <summary>The silo's job store on behalf of the container, which ends it after everything that uses it.</summary>
internal sealed class OwnedStore(IJobStore store) : IAsyncDisposable
{
    public IJobStore Store => store;

    public async ValueTask DisposeAsync()
    {
        switch (store)
        {
            case IAsyncDisposable shared:
                await shared.DisposeAsync();
                break;
            case IDisposable own:
                own.Dispose();
                break;
        }
    }
}
