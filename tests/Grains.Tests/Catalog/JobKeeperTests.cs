using System.Reflection;
using System.Threading.Channels;
using Cluster.Grains.Catalog;
using Cluster.Grains.Contracts;
using Cluster.Grains.Ports;
using Cluster.Grains.Tests.Support;
using Cluster.Rehearsal;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans;
using Orleans.Runtime;

namespace Cluster.Grains.Tests.Catalog;

public sealed class JobKeeperTests
{
    [Fact]
    public async Task Keeper_OfASiloThatLearnsOfALoss_HasJobsLookedAfterAtOnce()
    {
        var token = TestContext.Current.CancellationToken;
        var time = new ManualTime();
        var (oracle, members) = PlayedMembers.Create();
        var (grains, calls) = CatalogCalls.Create();
        using var keeper = new JobKeeper(
            grains, new MemberChanges(oracle, time), new GrainOptions(), time, NullLogger<JobKeeper>.Instance);

        await keeper.StartAsync(token);
        await calls.ReadAsync(token);
        members.Tell(SiloStatus.Dead);
        await calls.ReadAsync(token);
        members.Tell(SiloStatus.Joining);
        await calls.ReadAsync(token);

        // No time passed: only the changes can have woken it.
        await keeper.StopAsync(token);
        calls.TryRead(out _).ShouldBeFalse();
    }

    /// <summary>A cluster with a catalogue alone.</summary>
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
}
