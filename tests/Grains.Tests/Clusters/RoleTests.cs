using Orleans.Runtime.MembershipService.SiloMetadata;

namespace Cluster.Grains.Tests.Clusters;

/// <summary>Where a cluster's grains are.</summary>
public sealed class RoleTests : IDisposable
{
    private const int Jobs = 20;
    private readonly WorkFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Jobs_AreCoordinatedOnlyByTheSilosThatDo()
    {
        var hosts = new JobHosts();
        using var store = FileJobStore.Open(_folder.Root);
        await using var silos = await StartAsync(store, hosts, SiloRoles.All, SiloRoles.Worker);

        await Task.WhenAll(Enumerable.Range(0, Jobs).Select(
            number => silos.Callers[number % 3].GetGrain<IJobGrain>($"j-{number}").ReadAsync(0, 0, TimeSpan.Zero, Token)));

        // Which of several takes how many is Orleans' to choose: on a busy machine one may take all.
        hosts.All.ShouldNotBeEmpty();
        hosts.All.ShouldBeSubsetOf(
            silos.Silos.Where(silo => silo.GetServices<IHostedService>().OfType<JobKeeper>().Any())
                .Select(silo => silo.GetRequiredService<ILocalSiloDetails>().SiloAddress));
    }

    [Fact]
    public async Task Jobs_WhereNoSiloCoordinates_SayWhatIsMissing()
    {
        using var store = FileJobStore.Open(_folder.Root);
        await using var silos = await StartAsync(store, new JobHosts(), SiloRoles.Worker, SiloRoles.Worker);

        (await Should.ThrowAsync<OrleansException>(silos.Callers[0].GetGrain<IJobGrain>("j-1").ReadAsync(0, 0, TimeSpan.Zero, Token)))
            .Message.ShouldContain("start one with --roles coordinator");
    }

    private static async Task<TestSilos> StartAsync(FileJobStore store, JobHosts hosts, params SiloRoles[] roles)
    {
        var silos = await TestSilos.StartAsync(
            store,
            name => new SyntheticNode(Networks.Easy, 0) { Id = name },
            services => services.AddSingleton<IIncomingGrainCallFilter>(hosts),
            new Queue<SiloRoles>(roles));

        // They tell each other as they come to know each other.
        SiloAddress[] all = [.. silos.Silos.Select(silo => silo.GetRequiredService<ILocalSiloDetails>().SiloAddress)];
        foreach (var known in silos.Silos.Select(silo => silo.GetRequiredService<ISiloMetadataCache>()))
        {
            while (all.Any(silo => known.GetSiloMetadata(silo).Metadata.Count == 0))
            {
                Token.ThrowIfCancellationRequested();
                await Task.Yield();
            }
        }

        return silos;
    }

    private sealed class JobHosts : IIncomingGrainCallFilter
    {
        private readonly ConcurrentDictionary<SiloAddress, byte> _all = new();

        public ICollection<SiloAddress> All => _all.Keys;

        public Task Invoke(IIncomingGrainCallContext context)
        {
            if (context.Grain is JobGrain)
            {
                _all[context.TargetContext.Address.SiloAddress!] = 0;
            }

            return context.Invoke();
        }
    }
}
