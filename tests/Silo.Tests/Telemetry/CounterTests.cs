namespace Cluster.Silo.Tests.Telemetry;

/// <summary>The first and the last that a silo says of itself.</summary>
public sealed class CounterTests
{
    [Fact]
    public void Counters_FromTheStart_AreEachThereWithZero()
    {
        using var metrics = new SiloMetrics(TimeProvider.System);
        metrics.AddLosses(() => 0);
        metrics.AddWaits(() => new Dictionary<WaitCause, int>());
        using var measured = new Measurements(metrics);

        metrics.Begin();
        string[] begun = [.. measured.Names];
        begun.SelectMany(measured.Of).ShouldAllBe(value => value == 0);
        measured.Look();
        measured.Of("cluster.silo.lost{}").ShouldBe([0]);

        string[] counters =
        [
            .. measured.Instruments.Where(instrument => Measurements.Kind(instrument) == "counter").Select(counter => $"{counter.Name}{{")
        ];
        counters.Length.ShouldBeGreaterThan(5);
        counters.ShouldAllBe(
            counter => begun.Concat(measured.Names).Any(name => name.StartsWith(counter, StringComparison.Ordinal)));
        begun.ShouldContain("cluster.candidate.retries{error.type=host_lost}");
        begun.ShouldContain("cluster.evaluator.restarts{cluster.reason=native_crash}");
        begun.ShouldContain("cluster.evaluation.count{cluster.work=accuracy,cluster.source=cache,cluster.outcome=succeeded}");
        begun.ShouldContain("cluster.lease.expired{}");
    }

    [Fact]
    public void Works_OfCounters_AreThoseOfAllItems()
    {
        var items = typeof(WorkItem).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(WorkItem)) && !type.IsAbstract);

        Labels.Works.Count.ShouldBe(items.Count());
    }

    [Fact]
    public void Slots_OfASiloThatLeaves_AreNone()
    {
        using var metrics = new SiloMetrics(TimeProvider.System);
        using var measured = new Measurements(metrics);
        metrics.Add(new SlotLoad("avx2") { IsBusy = true });
        measured.Look();
        measured.Of("cluster.slot.limit{cluster.device_class=avx2}").ShouldBe([1]);
        measured.Names.ShouldNotContain(name => name.StartsWith("cluster.certificate", StringComparison.Ordinal), "it has none");
        measured.Names.ShouldNotContain("cluster.silo.lost{}", "it is alone");

        metrics.Leave();
        measured.Look();

        measured.Of("cluster.slot.limit{cluster.device_class=avx2}").ShouldBe([0]);
        measured.Of("cluster.slot.busy{cluster.device_class=avx2}").ShouldBe([0]);
    }
}
