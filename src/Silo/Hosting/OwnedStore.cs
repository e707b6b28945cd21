namespace Cluster.Silo.Hosting;

/// <summary>Lets the container own the silo's job store, and dispose of it after everything that uses it.</summary>
internal sealed class OwnedStore(IJobStore store) : IAsyncDisposable
{
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
