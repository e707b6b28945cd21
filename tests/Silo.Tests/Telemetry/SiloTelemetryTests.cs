using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Cluster.Contract.V1;
using Cluster.Coordinator.Journal;
using Cluster.Coordinator.Work;
using Cluster.Silo.Telemetry;
using Cluster.Silo.Tests.Api;
using Cluster.Tests;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
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
        measured.Of("rpc.server.call.duration{rpc.system.name=grpc,rpc.method=cluster.v1.JobService/CreateJob,rpc.status_code=OK}")
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
    public void Queue_WithoutJobs_HasNoAge()
    {
        using var metrics = new SiloMetrics(TimeProvider.System);
        using var measured = new Measurements(metrics);

        measured.Look();

        measured.Of("cluster.queue.age{}").ShouldBe([0]);
    }

    [Fact]
    public void Folders_ThatAreThere_HaveTheirFreeSpace()
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
    public async Task Call_ThatFails_IsAnErrorOnlyWhereItIsTheServers()
    {
        await using var host = await ApiHost.StartAsync();
        using var measured = new Measurements(host.Services.GetRequiredService<SiloMetrics>());

        await Errors.OfAsync(() => host.Jobs.GetJobAsync(new GetJobRequest { Name = "jobs/j-000000000000" }).ResponseAsync);

        measured.Names.ShouldBe(
            ["rpc.server.call.duration{rpc.system.name=grpc,rpc.method=cluster.v1.JobService/GetJob,rpc.status_code=NOT_FOUND}"]);
    }

    [Fact]
    public async Task Job_SubmittedInATrace_HasItsTriesInIt()
    {
        await using var host = await ApiHost.StartAsync();
        var spans = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == ClusterTracing.SourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        const string Trace = "0af7651916cd43dd8448eb211c80319c";

        var created = await host.Jobs.CreateJobAsync(
            await host.RequestAsync(), new Metadata { { "traceparent", $"00-{Trace}-b7ad6b7169203331-01" } });
        await host.WatchAsync(created.Job.Name);

        // The listener hears silos of tests that run at the same time, too.
        var call = spans.Single(
            span => span.OperationName == "cluster.v1.JobService/CreateJob" && span.TraceId.ToHexString() == Trace);
        (call.TraceId.ToHexString(), call.ParentSpanId.ToHexString(), call.Kind).ShouldBe((Trace, "b7ad6b7169203331", ActivityKind.Server));
        call.GetTagItem("rpc.status_code").ShouldBe("OK");
        call.Status.ShouldBe(ActivityStatusCode.Unset);
        var attempts = spans.Where(span => span.OperationName == ClusterTracing.Attempt
            && Equals(span.GetTagItem("cluster.job.id"), created.Job.Name["jobs/".Length..])).ToArray();
        attempts.ShouldNotBeEmpty();
        attempts.ShouldAllBe(span => span.TraceId.ToHexString() == Trace && span.ParentSpanId == call.SpanId);
        attempts.Select(span => span.SpanId).ShouldBeUnique();
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
