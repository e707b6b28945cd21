using System.Diagnostics.Metrics;
using Cluster.Contract.V1;
using FailureKind = Cluster.Coordinator.Work.FailureKind;

namespace Cluster.Silo.Tests.Telemetry;

[Collection("api")]
public sealed class SiloTelemetryTests
{
    [Fact]
    public async Task Job_RunToItsEnd_IsMeasured()
    {
        await using var host = await ApiHost.StartAsync();
        using var measured = new Measurements(host.Services.GetRequiredService<SiloMetrics>());

        var job = await host.CreateAsync();
        var events = await host.WatchAsync(job.Name);

        var evaluations = events.Count(
            one => one.EventCase is JobEvent.EventOneofCase.CandidateChanged && one.CandidateChanged.State == CandidateState.Succeeded);
        evaluations.ShouldBeGreaterThan(0);
        measured.Of("cluster.evaluation.count{cluster.work=accuracy,cluster.source=measured,cluster.outcome=succeeded}").ShouldNotBeEmpty();
        measured.Of("cluster.evaluation.count{cluster.work=latency,cluster.source=measured,cluster.outcome=succeeded}").ShouldNotBeEmpty();
        measured.Of("cluster.candidate.duration{cluster.work=publish,cluster.device_class=none,cluster.outcome=succeeded}")
            .ShouldHaveSingleItem();
        measured.Of("cluster.journal.append.duration{}").ShouldNotBeEmpty();
        measured.Of("cluster.journal.open.duration{}").ShouldNotBeEmpty();
        measured.Of("cluster.journal.fold.duration{}").ShouldNotBeEmpty();
        measured.Of("cluster.artefact.io{cluster.direction=in}").Sum().ShouldBe(3);
        measured.Of("rpc.server.call.duration{rpc.system.name=grpc,rpc.method=cluster.v1.JobService/CreateJob,rpc.response.status_code=OK}")
            .ShouldHaveSingleItem();
        var id = job.Name["jobs/".Length..];
        measured.Names.ShouldAllBe(name => !name.Contains(id, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Job_AtWork_IsOnTheGauges()
    {
        await using var host = await ApiHost.StartAsync();
        using var measured = new Measurements(host.Services.GetRequiredService<SiloMetrics>());
        var begun = host.Node.Hold();
        await host.CreateAsync();
        await begun.WaitAsync(TestContext.Current.CancellationToken);

        measured.Look();

        measured.Of("cluster.slot.limit{cluster.device_class=none}").ShouldBe([2]);
        measured.Of("cluster.slot.busy{cluster.device_class=none}").Single().ShouldBeInRange(1, 2);
        measured.Of("cluster.candidate.active{}").Single().ShouldBeInRange(1, 2);
        measured.Of("cluster.job.active{cluster.state=running}").ShouldBe([1]);
        measured.Of("cluster.job.active{cluster.state=paused}").ShouldBe([0]);
    }

    [Fact]
    public void Queue_WithWorkOfTwoJobs_IsAsOldAsTheOldest()
    {
        var time = new ManualTime();
        using var metrics = new SiloMetrics(time);
        using var measured = new Measurements(metrics);
        measured.Look();
        measured.Of("cluster.queue.age{}").ShouldBe([0], "there is no job yet");
        foreach (var job in Enumerable.Range(0, 2))
        {
            var load = new JobLoad();
            foreach (var one in Begun.Round(1))
            {
                load.Apply(new JournalRecord(0, 1, time.GetUtcNow(), one));
            }

            metrics.Add(load);
            time.Advance(TimeSpan.FromSeconds(90));
        }

        measured.Look();
        measured.Of("cluster.queue.age{}").ShouldBe([180]);
    }

    [Fact]
    public void Folders_Existing_HaveFreeSpace()
    {
        using var folder = new WorkFolder();
        using var metrics = new SiloMetrics(TimeProvider.System);
        using var measured = new Measurements(metrics);
        metrics.AddFolder("data", folder.Root);
        metrics.AddFolder("results", folder["not-there"]);

        measured.Look();

        var whole = new DriveInfo(folder.Root).TotalSize;
        measured.Of("cluster.disk.free{cluster.folder=data}").Single().ShouldBeInRange(0, whole);
        measured.Of("cluster.disk.free{cluster.folder=results}").ShouldBeEmpty();
    }

    [Fact]
    public void Durations_HaveBoundsInSeconds()
    {
        using var metrics = new SiloMetrics(TimeProvider.System);
        var bounds = new Dictionary<string, IReadOnlyList<double>>(StringComparer.Ordinal);
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, _) =>
            {
                if (ReferenceEquals(instrument.Meter, metrics.Meter) && instrument is Histogram<double> histogram)
                {
                    bounds[instrument.Name] = histogram.Advice?.HistogramBucketBoundaries ?? [];
                }
            },
        };

        listener.Start();

        bounds.Count.ShouldBe(6);
        bounds.Values.ShouldAllBe(each => each.Count(bound => bound <= 5) >= 8 && each.SequenceEqual(each.Distinct().Order()));
    }

    [Fact]
    public async Task Call_Failure_IsErrorOnlyForServerFault()
    {
        await using var host = await ApiHost.StartAsync();
        using var measured = new Measurements(host.Services.GetRequiredService<SiloMetrics>());

        await Errors.OfAsync(() => host.Jobs.GetJobAsync(new GetJobRequest { Name = "jobs/j-000000000000" }).ResponseAsync);

        measured.Names.ShouldBe(
            ["rpc.server.call.duration{rpc.system.name=grpc,rpc.method=cluster.v1.JobService/GetJob,rpc.response.status_code=NOT_FOUND}"]);
    }

    [Fact]
    public void Failures_AreLabelledByTheirKind()
    {
        using var metrics = new SiloMetrics(TimeProvider.System);
        using var measured = new Measurements(metrics);

        metrics.Evaluated("accuracy", "measured", FailureKind.OutOfMemory);
        metrics.Retried(FailureKind.LeaseExpired);
        metrics.Restarted(FailureKind.NativeCrash);

        measured.Names.ShouldBe(
        [
            "cluster.evaluation.count{cluster.work=accuracy,cluster.source=measured,cluster.outcome=failed,error.type=out_of_memory}",
            "cluster.candidate.retries{error.type=lease_expired}",
            "cluster.lease.expired{}",
            "cluster.evaluator.restarts{cluster.reason=native_crash}",
        ]);
    }
}
