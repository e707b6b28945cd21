using Cluster.Contract.V1;
using Cluster.Silo.Commands;
using JobFault = Cluster.Plans.JobFault;

namespace Cluster.Silo.Tests.Hosting;

/// <summary>A door without a silo in its host, of a silo that has none for it in its own.</summary>
[Collection("api")]
public sealed class GatewayTests
{
    [Fact]
    public async Task Gateway_OfACluster_TakesAJobToItsEnd()
    {
        await using var host = await ApiHost.StartAsync();
        await using var gateway = await StartAsync(host);
        using var channel = GrpcChannel.ForAddress(gateway.Urls.Single());
        var jobs = new JobService.JobServiceClient(channel);

        var created = (await jobs.CreateJobAsync(await host.RequestAsync())).Job;

        (await ApiHost.WatchAsync(jobs, created.Name))[^1].StateChanged.State.ShouldBe(JobState.Succeeded);
        (await jobs.ListJobsAsync(new ListJobsRequest())).Jobs.ShouldHaveSingleItem().Name.ShouldBe(created.Name);
        (await new NodeService.NodeServiceClient(channel).ListNodesAsync(new ListNodesRequest())).Nodes.ShouldHaveSingleItem();
        (await new Health.HealthClient(channel).CheckAsync(new HealthCheckRequest())).Status
            .ShouldBe(HealthCheckResponse.Types.ServingStatus.Serving);
        await gateway.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Gateway_AskedInATrace_HasTheGrainsCallInIt()
    {
        await using var host = await ApiHost.StartAsync();
        await using var gateway = await StartAsync(host);
        using var channel = GrpcChannel.ForAddress(gateway.Urls.Single());
        const string Trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        var spans = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == ClusterTracing.SourceName
                || source.Name.StartsWith(OrleansSpans.Sources, StringComparison.Ordinal),
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);

        await new NodeService.NodeServiceClient(channel).ListNodesAsync(
            new ListNodesRequest(), new Metadata { { "traceparent", $"00-{Trace}-00f067aa0ba902b7-01" } });

        Activity[] ours = [.. spans.Where(span => span.TraceId.ToHexString() == Trace)];
        var call = ours.Single(span => span.OperationName == "cluster.v1.NodeService/ListNodes");
        var asked = ours.Single(span => span.OperationName == "INodesGrain/ListAsync" && span.Kind == ActivityKind.Client);
        var answered = ours.Single(span => span.OperationName == "INodesGrain/ListAsync" && span.Kind == ActivityKind.Server);
        asked.ParentSpanId.ShouldBe(call.SpanId);
        answered.ParentSpanId.ShouldBe(asked.SpanId);
        await gateway.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Gateway_AskedToValidate_HasANodeReadTheFiles()
    {
        await using var host = await ApiHost.StartAsync();
        await using var gateway = await StartAsync(host);
        using var channel = GrpcChannel.ForAddress(gateway.Urls.Single());
        var jobs = new JobService.JobServiceClient(channel);
        var request = await host.RequestAsync();
        request.ValidateOnly = true;

        (await jobs.CreateJobAsync(request)).Job.Spec.Target.ShouldBe(request.Spec.Target);

        host.Node.Refusal = new RefusedResult(JobFault.Model, "model", "It is no network.");
        var error = await Errors.OfAsync(() => jobs.CreateJobAsync(request).ResponseAsync);
        (error.Info().Reason, error.Status.Detail).ShouldBe(("MODEL_INVALID", "It is no network."));
        (await jobs.ListJobsAsync(new ListJobsRequest())).Jobs.ShouldBeEmpty();
        await gateway.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Gateway_WithAPage_ShowsBrowsersItAndTheClustersJobs()
    {
        await using var host = await ApiHost.StartAsync();
        await using var gateway = await StartAsync(host, new IPEndPoint(IPAddress.Loopback, 0));
        var created = await host.CreateAsync();
        using var browser = new HttpClient { BaseAddress = new Uri(gateway.Urls.Last()) };

        using var page = await browser.GetAsync(new Uri("/", UriKind.Relative), TestContext.Current.CancellationToken);
        using var answer = await browser.GetAsync(new Uri("/v1/jobs", UriKind.Relative), TestContext.Current.CancellationToken);

        page.StatusCode.ShouldBe(HttpStatusCode.OK);
        page.Content.Headers.ContentType!.MediaType.ShouldBe("text/html");
        page.Headers.GetValues("Content-Security-Policy").ShouldHaveSingleItem().ShouldContain("default-src 'none'");
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldContain($"\"{created.Name}\"");
        await gateway.StopAsync(TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData("a cluster of one needs no gateway", "--artefacts", "/tmp", "--clustering", "localhost")]
    [InlineData("--gateways has '10.0.0.5'", "--artefacts", "/tmp", "--clustering", "postgres:Host=db", "--gateways", "10.0.0.5")]
    [InlineData("give --copies DIR too", "--artefacts", "s3://files", "--clustering", "postgres:Host=db")]
    [InlineData("--copies is given without a bucket", "--artefacts", "/tmp", "--copies", "/tmp", "--clustering", "postgres:Host=db")]
    public async Task Gateway_InvalidOption_IsOneSentence(string expected, params string[] options)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();

        var code = await SiloVerbs.RunAsync(["gateway", .. options], output, error);

        code.ShouldBe(ExitCode.Usage);
        error.ToString().ShouldContain(expected);
    }

    private static async Task<WebApplication> StartAsync(ApiHost host, IPEndPoint? page = null)
    {
        // The host's store, which the gateway does not own.
        var gateway = GatewayHost.Build(
            new GatewayOptions
            {
                Listen = new IPEndPoint(IPAddress.Loopback, 0),
                Clustering = "postgres:Host=unused",
                Page = page,
                Artefacts = host.ArtefactFolder,
                Gateways = [new IPEndPoint(IPAddress.Loopback, host.GatewayPort)],
                ClusterId = "test",
            },
            new ClusterStores(
                host.Services.GetRequiredService<IJobStore>(),
                ClusterName.OfOne("test"),
                host.ArtefactFolder,
                Bucket: null,
                Owners.Of(host.ArtefactFolder)));
        await gateway.StartAsync(TestContext.Current.CancellationToken);
        while ((await host.Nodes.ListNodesAsync(new ListNodesRequest())).Nodes.Count == 0)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
        }

        return gateway;
    }
}
