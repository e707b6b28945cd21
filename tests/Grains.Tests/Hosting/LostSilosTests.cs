using System.Net;
using Orleans.TestingHost;

namespace Cluster.Grains.Tests.Hosting;

public sealed class LostSilosTests
{
    private static readonly SiloAddress Other = SiloAddress.New(new IPEndPoint(IPAddress.Loopback, 11_111), 1);
    private static readonly SiloAddress Third = SiloAddress.New(new IPEndPoint(IPAddress.Loopback, 11_111), 2);

    [Fact]
    public void Silos_DeclaredDead_AreCountedOnceEach()
    {
        var lost = Hear((Other, SiloStatus.Active), (Other, SiloStatus.Dead), (Other, SiloStatus.Dead), (Third, SiloStatus.Active));
        lost.Count.ShouldBe(1);

        lost.SiloStatusChangeNotification(Third, SiloStatus.Dead);
        lost.Count.ShouldBe(2);
    }

    [Theory]
    [InlineData(SiloStatus.Active, SiloStatus.ShuttingDown)]
    [InlineData(SiloStatus.Active, SiloStatus.Stopping)]
    [InlineData(SiloStatus.Created, SiloStatus.Joining)]
    public void Silos_ThatLeftOrNeverCame_AreNotLost(params SiloStatus[] before) =>
        Hear([.. before.Append(SiloStatus.Dead).Select(status => (Other, status))]).Count.ShouldBe(0);

    [Fact]
    public void Silos_DeadBeforeThisOneCame_AreNotLost() => Hear((Other, SiloStatus.Dead)).Count.ShouldBe(0);

    [Fact]
    public async Task Silo_ThatStops_IsKnownToTheOthersToHaveLeft()
    {
        var builder = new InProcessTestClusterBuilder(2);
        builder.ConfigureSiloHost((_, host) => host.Services
            .AddSingleton(TimeProvider.System)
            .AddSingleton<LostSilos>()
            .AddSingleton<MemberChanges>()
            .AddHostedService(services => new FromTheStart(
                services.GetRequiredService<LostSilos>(), services.GetRequiredService<MemberChanges>())));
        await using var cluster = builder.Build();
        await cluster.DeployAsync(TestContext.Current.CancellationToken);
        var (stays, leaves) = (cluster.Silos[0].ServiceProvider, cluster.Silos[1]);
        var (members, changes) = (stays.GetRequiredService<ISiloStatusOracle>(), stays.GetRequiredService<MemberChanges>());

        await cluster.StopSiloAsync(leaves, TestContext.Current.CancellationToken);
        while (true)
        {
            var next = changes.Next;
            if (members.GetApproximateSiloStatus(leaves.SiloAddress) == SiloStatus.Dead)
            {
                break;
            }

            await next.WaitAsync(TestContext.Current.CancellationToken);
        }

        stays.GetRequiredService<LostSilos>().Count.ShouldBe(0);
    }

    private static LostSilos Hear(params (SiloAddress Silo, SiloStatus Status)[] changes)
    {
        var lost = new LostSilos(PlayedMembers.Create().Oracle);
        foreach (var (silo, status) in changes)
        {
            lost.SiloStatusChangeNotification(silo, status);
        }

        return lost;
    }

    // Listens before the silo is a member.
#pragma warning disable CS9113 // To be made is all that it is asked for.
    private sealed class FromTheStart(LostSilos lost, MemberChanges changes) : IHostedService
#pragma warning restore CS9113
    {
        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
