using System.IO.Hashing;
using System.Text;
using Cluster.Grains.Catalog;
using Cluster.Grains.Jobs;
using Cluster.Grains.Scores;
using Orleans.Runtime;

namespace Cluster.Grains.Tests.Clusters;

/// <summary>Where grains of many jobs are that come within a moment, as a script's submissions do.</summary>
public sealed class SpreadTests : IDisposable
{
    private const int Many = 200;
    private readonly WorkFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Burst_OfThreeSilos_IsSpreadByTheGrainsIds()
    {
        using var store = FileJobStore.Open(_folder.Root);
        await using var silos = await TestSilos.StartAsync(
            store, name => new SyntheticNode(Networks.Easy, 1) { Id = name }, count: 3);
        var caller = silos.Callers[0];
        string[] ids = [.. Enumerable.Range(0, Many).Select(number => $"j-{number}")];
        var token = TestContext.Current.CancellationToken;

        await Task.WhenAll(ids.Select(id => caller.GetGrain<IScoresGrain>(id).PutOffAsync("item")));
        await Task.WhenAll(ids.Select(id => caller.GetGrain<ITenantGrain>(id).EndedAsync(id, DateTimeOffset.UnixEpoch)));
        await Task.WhenAll(ids.Select(id => caller.GetGrain<ICheckGrain>(id).CheckAsync(
            Carried.Of(TestSilo.Entry(Networks.Easy, id)), TimeSpan.Zero, token)));

        SiloAddress[] all = [.. silos.Silos.Select(silo => silo.GetRequiredService<ILocalSiloDetails>().SiloAddress)];
        var listed = await caller.GetGrain<IManagementGrain>(0).GetDetailedGrainStatistics();
        foreach (string grain in new[] { nameof(ScoresGrain), nameof(TenantGrain), nameof(CheckGrain) })
        {
            var found = listed.Where(one => one.GrainType.Contains(grain, StringComparison.Ordinal)).ToArray();
            found.Length.ShouldBeGreaterThan(Many / 2, grain);
            found.CountBy(one => one.SiloAddress).ShouldAllBe(silo => silo.Value <= Many / 2);
            found.ShouldAllBe(one => one.SiloAddress.Equals(all.MaxBy(silo => Weight(one.GrainId, silo))));
        }
    }

    private static ulong Weight(GrainId grain, SiloAddress silo) =>
        XxHash64.HashToUInt64(Encoding.UTF8.GetBytes($"{grain}@{silo.ToParsableString()}"));
}
