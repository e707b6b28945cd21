using Microsoft.Extensions.DependencyInjection;

namespace Grpc.Server;

/// <summary>The service object of a call: from the container where it is registered, otherwise made for this call.</summary>
internal static class ServiceActivator<TService>
    where TService : class
{
    private static readonly ObjectFactory Factory = ActivatorUtilities.CreateFactory(typeof(TService), Type.EmptyTypes);

    public static async Task UseAsync(IServiceProvider services, Func<TService, Task> use)
    {
        if (services.GetService<TService>() is { } registered)
        {
            await use(registered);
            return;
        }

        var made = (TService)Factory(services, []);
        try
        {
            await use(made);
        }
        finally
        {
            switch (made)
            {
                case IAsyncDisposable disposable:
                    await disposable.DisposeAsync();
                    break;
                case IDisposable disposable:
                    disposable.Dispose();
                    break;
            }
        }
    }
}
