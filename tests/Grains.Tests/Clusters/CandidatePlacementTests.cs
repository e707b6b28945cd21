using Cluster.Grains.Candidates;

namespace Cluster.Grains.Tests.Clusters;

/// <summary>Where a job's candidate grains are, as Orleans' management and dashboard list them.</summary>
public sealed class CandidatePlacementTests : IDisposable
{
    private readonly WorkFolder _folder = new();
    private readonly TaskCompletionSource _goOn = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Candidates_OfARunningJob_AreListedOnTheSilosOfTheirSlots()
    {
        using var store = FileJobStore.Open(_folder.Root);
        await using var silos = await TestSilos.StartAsync(store, name => Node(name, Networks.Easy));
        await CreateAsync(silos, Networks.Easy);
        await CreateAsync(silos, Networks.Easy, "j-2");
        var listed = await UntilAsync(silos, found => found.Count == 2);

        foreach (var (grain, silo) in listed)
        {
            NameOf(silos, silo).ShouldBe(NodeKey.NodeOf(grain.Key.ToString()!));
        }

        listed.Select(found => found.Silo).Distinct().Count().ShouldBe(2);
        _goOn.SetResult();
        await UntilAsync(silos, found => found.Count == 0);
    }

    [Fact]
    public async Task Candidates_OfAJobForGpus_AreOnSilosOfTheRightClass()
    {
        var network = FakeSlots.Job(Networks.Sensitive, "libtorch-cuda", FakeSlots.Gpu);
        var slots = new Queue<SlotStatus>([FakeSlots.Cuda(0), FakeSlots.Cuda(0), FakeSlots.Cpu(0)]);
        var nodes = new ConcurrentDictionary<string, SyntheticNode>(StringComparer.Ordinal);
        using var store = FileJobStore.Open(_folder.Root);
        await using var silos = await TestSilos.StartAsync(
            store, name => nodes[name] = Node(name, network, slots.Dequeue()), count: 3);
        await CreateAsync(silos, network);

        foreach (var (grain, silo) in await UntilAsync(silos, found => found.Count > 0))
        {
            NameOf(silos, silo).ShouldBe(NodeKey.NodeOf(grain.Key.ToString()!));
        }

        _goOn.SetResult();
        await EndAsync(silos);

        // What a host is given, a candidate grain of its silo gave it.
        var (gpus, processors) = (nodes.Values.Where(IsGpu).ToArray(), nodes.Values.Single(node => !IsGpu(node)));
        gpus.Length.ShouldBe(2);
        gpus.SelectMany(node => node.Given).ShouldContain(given => given.Item.Place == WorkPlace.Target);
        processors.Given.ShouldNotBeEmpty();
        processors.Given.ShouldAllBe(given => given.Item.Place == WorkPlace.Simulation);
    }

    private static bool IsGpu(SyntheticNode node) => node.Slots[0].HasOwnDevice;

    private static async Task<List<(GrainId Grain, SiloAddress Silo)>> UntilAsync(
        TestSilos silos, Func<List<(GrainId Grain, SiloAddress Silo)>, bool> isSo)
    {
        while (true)
        {
            Token.ThrowIfCancellationRequested();
            var all = await silos.Callers[0].GetGrain<IManagementGrain>(0).GetDetailedGrainStatistics();
            List<(GrainId, SiloAddress)> found =
            [
                .. all.Where(grain => grain.GrainType.Contains(nameof(CandidateGrain), StringComparison.Ordinal))
                    .Select(grain => (grain.GrainId, grain.SiloAddress)),
            ];
            if (isSo(found))
            {
                return found;
            }
        }
    }

    private static string NameOf(TestSilos silos, SiloAddress address) => silos.Silos
        .Single(silo => silo.GetRequiredService<ILocalSiloDetails>().SiloAddress.Equals(address))
        .GetRequiredService<INodeHost>().Id;

    private static Task CreateAsync(TestSilos silos, SyntheticNetwork network, string id = "j-1") =>
        silos.Callers[0].GetGrain<IJobCatalogGrain>(0).CreateAsync(Carried.Of(TestSilo.Entry(network, id)));

    private static async Task EndAsync(TestSilos silos)
    {
        var job = silos.Callers[0].GetGrain<IJobGrain>("j-1");
        for (long total = 0; (await job.ReadAsync(total, 100, TimeSpan.FromSeconds(2), Token)) is { } page;)
        {
            total = page.Total;
            if (page.Status.HasEnded())
            {
                return;
            }
        }
    }

    private SyntheticNode Node(string name, SyntheticNetwork network, params SlotStatus[] slots)
    {
        Func<WorkItem, CancellationToken, Task<WorkResult?>> hold = async (_, stop) =>
        {
            await _goOn.Task.WaitAsync(stop);
            return null;
        };
        return slots.Length == 0
            ? new SyntheticNode(network, 1, hold) { Id = name }
            : new SyntheticNode(network, slots.Length, hold) { Id = name, Slots = slots };
    }
}
