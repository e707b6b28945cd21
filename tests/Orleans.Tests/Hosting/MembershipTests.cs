using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Hosting;
using Orleans.Runtime;

namespace Cluster.OrleansTests;

public sealed class MembershipTests
{
    [Fact]
    public async Task Listener_SubscribedBeforeTheStart_HearsOfItsOwnSilo()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.UseOrleans(silo => silo.UseLocalhostClustering(
            TestSilo.FreePort(), TestSilo.FreePort(), serviceId: "test", clusterId: "test"));
        using var host = builder.Build();
        var members = host.Services.GetRequiredService<ISiloStatusOracle>();
        var heard = new Listener();

        members.SubscribeToSiloStatusEvents(heard).ShouldBeTrue();
        members.SubscribeToSiloStatusEvents(heard).ShouldBeFalse();
        await host.StartAsync(TestContext.Current.CancellationToken);
        await heard.Of(SiloStatus.Active).WaitAsync(TestContext.Current.CancellationToken);
        await host.StopAsync(TestContext.Current.CancellationToken);

        await heard.Of(SiloStatus.ShuttingDown).WaitAsync(TestContext.Current.CancellationToken);
        members.UnSubscribeFromSiloStatusEvents(heard).ShouldBeTrue();
        members.UnSubscribeFromSiloStatusEvents(heard).ShouldBeFalse();
    }

    private sealed class Listener : ISiloStatusListener
    {
        private readonly ConcurrentDictionary<SiloStatus, TaskCompletionSource> _heard = new();

        public Task Of(SiloStatus status) => Heard(status).Task;

        public void SiloStatusChangeNotification(SiloAddress updatedSilo, SiloStatus status) => Heard(status).TrySetResult();

        private TaskCompletionSource Heard(SiloStatus status) =>
            _heard.GetOrAdd(status, static _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
    }
}
