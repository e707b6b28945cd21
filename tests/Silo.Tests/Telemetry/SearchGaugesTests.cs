using Cluster.Coordinator.Running;
using Cluster.Coordinator.Search;
using Cluster.Coordinator.Work;

namespace Cluster.Silo.Tests.Telemetry;

/// <summary>The only metrics that name jobs.</summary>
public sealed class SearchGaugesTests : IDisposable
{
    private readonly SiloMetrics _metrics = new(TimeProvider.System);
    private readonly Measurements _measured;

    public SearchGaugesTests() => _measured = new Measurements(_metrics);

    /// <summary>With a value for each gauge.</summary>
    internal static SearchPicture Picture { get; } = new()
    {
        Accurate = 3,
        Lossy = 2,
        FirstLooks = 5,
        Failed = 1,
        LeastDrop = 0.004,
        Speedup = 1.5,
        Front = [new PicturedPlan("01234567", 0.004, 20), new PicturedPlan("89abcdef", 0, 30)],
        Worst = [new GroupSensitivity("conv1", 0.25, 20, 90, 100)],
        Annealing = new AnnealingState(0.03, 0.5),
    };

    public void Dispose()
    {
        _measured.Dispose();
        _metrics.Dispose();
    }

    [Fact]
    public void Gauges_OfAPicture_AreItsNumbersByJob()
    {
        Report("j-1", Picture);
        _metrics.Searches.Trained("j-1", new TrainingPoint(0.7, 1e-4));
        Report("j-2", Picture with { Speedup = null, Annealing = null });

        _measured.Look();

        Of("cluster.search.plans{cluster.job.id=j-1,cluster.outcome=accurate}").ShouldBe(3);
        Of("cluster.search.plans{cluster.job.id=j-1,cluster.outcome=lossy}").ShouldBe(2);
        Of("cluster.search.plans{cluster.job.id=j-1,cluster.outcome=first_look}").ShouldBe(5);
        Of("cluster.search.plans{cluster.job.id=j-1,cluster.outcome=failed}").ShouldBe(1);
        Of("cluster.search.drop{cluster.job.id=j-1}").ShouldBe(0.004);
        Of("cluster.search.speedup{cluster.job.id=j-1}").ShouldBe(1.5);
        Of("cluster.search.plan.drop{cluster.job.id=j-1,cluster.plan=01234567}").ShouldBe(0.004);
        Of("cluster.search.plan.duration{cluster.job.id=j-1,cluster.plan=89abcdef}").ShouldBe(0.03);
        Of("cluster.search.sensitivity{cluster.job.id=j-1,cluster.group=conv1}").ShouldBe(0.25);
        Of("cluster.search.temperature{cluster.job.id=j-1}").ShouldBe(0.03);
        Of("cluster.search.acceptance{cluster.job.id=j-1}").ShouldBe(0.5);
        Of("cluster.training.loss{cluster.job.id=j-1}").ShouldBe(0.7);
        Of("cluster.training.rate{cluster.job.id=j-1}").ShouldBe(1e-4);
        _measured.Of("cluster.search.speedup{cluster.job.id=j-2}").ShouldBeEmpty("nothing is known of it");
        _measured.Of("cluster.training.loss{cluster.job.id=j-2}").ShouldBeEmpty();
    }

    [Fact]
    public void Jobs_MoreThanTheMost_AreThoseThatReportedLast()
    {
        for (int job = 0; job <= SearchGauges.Most; job++)
        {
            Report($"j-{job}", Picture);
        }

        Report("j-1", Picture with { LeastDrop = 0 });
        Report("j-new", Picture);
        _measured.Look();

        string[] jobs = [.. _measured.Names.Where(name => name.StartsWith("cluster.search.drop{", StringComparison.Ordinal))];
        jobs.Length.ShouldBe(SearchGauges.Most);
        jobs.ShouldContain("cluster.search.drop{cluster.job.id=j-1}");
        jobs.ShouldNotContain("cluster.search.drop{cluster.job.id=j-0}");
        jobs.ShouldNotContain("cluster.search.drop{cluster.job.id=j-2}");
    }

    [Fact]
    public void Remove_AJobThatGoesOnElsewhere_LeavesNoSeries()
    {
        Report("j-1", Picture);

        _metrics.Searches.Remove("j-1");
        _measured.Look();

        _measured.Names.ShouldAllBe(name => !name.Contains("j-1", StringComparison.Ordinal));
    }

    private double Of(string name) => _measured.Of(name).ShouldHaveSingleItem(name);

    private void Report(string job, SearchPicture picture) =>
        _metrics.Searches.Of(job).Report(JobProgress.Queued(0) with { Picture = picture });
}
