using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Orleans.Configuration;

namespace Orleans.Hosting;

/// <summary>Makes a client without its silo fail when its host starts, as the package's would.</summary>
internal sealed class ClientConnection(ClientBuilder builder, IOptions<ClusterOptions> cluster) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        builder.Silo(cluster.Value);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
