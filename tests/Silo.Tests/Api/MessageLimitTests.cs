using Cluster.Contract.V1;
using Cluster.Silo.Api.Transfers;

namespace Cluster.Silo.Tests.Api;

/// <summary>How large a request may be, and how many bytes of them a caller may have under way.</summary>
[Collection("api")]
public sealed class MessageLimitTests
{
    private const int Most = 20_000;

    private static readonly Marshaller<byte[]> Raw = Marshallers.Create(bytes => bytes, bytes => bytes);
    private static readonly Method<byte[], byte[]> Watch =
        new(MethodType.ServerStreaming, "cluster.v1.JobService", nameof(JobService.JobServiceClient.WatchJob), Raw, Raw);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void Of_MethodsOfTheContract_IsLargeWhereAListOfImagesOrADocumentIsDue()
    {
        var larger = new[] { JobService.Descriptor, NodeService.Descriptor, ArtefactService.Descriptor }
            .SelectMany(service => service.Methods)
            .Select(method => (method.Name, Most: MessageLimits.Of($"{method.Service.FullName}/{method.Name}")))
            .Where(method => method.Most != 64 << 10);

        larger.ShouldBe(
            [("CreateJob", 4 << 20), ("LabelImages", 1 << 20), ("ScorePredictions", 32 << 20), ("UploadArtefact", 4 << 20)]);
        MessageLimits.LargestOf(JobService.Descriptor).ShouldBe(32 << 20);
        MessageLimits.LargestOf(NodeService.Descriptor).ShouldBe(64 << 10);
    }

    [Fact]
    public async Task Scores_OfFourMillionSamples_ReachTheirJob()
    {
        await using var host = await ApiHost.StartAsync();
        _ = host.Node.Hold();
        var job = await host.CreateAsync();
        var scores = new ScorePredictionsRequest
        {
            Name = job.Name,
            Artefact = $"artefacts/{new string('a', 64)}",
            Numbers = { new double[4_000_000] },
        };

        await host.Jobs.ScorePredictionsAsync(scores, cancellationToken: Cancellation);
    }

    [Fact]
    public async Task Requests_OfOneCaller_LeaveRoomForAnother()
    {
        await using var host = await Tenants.StartAsync(maxRequestBytes: Most);
        _ = host.Node.Hold();
        var job = await Tenants.CreateAsync(host, Tenants.Ann, [1]);
        var list = new ListJobsRequest { PageToken = new string('A', 1000) };
        using (var watch = host.Channel.CreateCallInvoker().AsyncServerStreamingCall(
            Watch, host: null, new CallOptions(Tenants.Headers(Tenants.Ann), cancellationToken: Cancellation), Padded(job.Name)))
        {
            (await watch.ResponseStream.MoveNext(Cancellation)).ShouldBeTrue();

            var refused = await Errors.OfAsync(() => host.Jobs.ListJobsAsync(list, Tenants.Headers(Tenants.Ann)).ResponseAsync);

            (refused.StatusCode, refused.Info().Reason).ShouldBe((StatusCode.ResourceExhausted, "TOO_MANY_CALLS"));
            refused.Status.Detail.ShouldContain($" of the {Most} bytes of requests that this server takes at once");
            refused.Detail<RetryInfo>().ShouldNotBeNull();
            (await host.Jobs.ListJobsAsync(new ListJobsRequest(), Tenants.Headers(Tenants.Ben))).Jobs.ShouldBeEmpty();
        }

        // The server hears of the watch's end a little later.
        while (await Record.ExceptionAsync(() => host.Jobs.ListJobsAsync(new(), Tenants.Headers(Tenants.Ann)).ResponseAsync) is { } still)
        {
            still.ShouldBeOfType<RpcException>().Info().Reason.ShouldBe("TOO_MANY_CALLS");
        }
    }

    [Fact]
    public async Task Requests_OfManyMegabytes_AreRefusedUnreadWhileOthersAreAnswered()
    {
        const int Megabytes27 = 27_000_000;
        var tokens = TokenList.Parse(
            "t",
            $"""
            name=reader role=read sha256={Tenants.Digest("reader")}
            name=other role=read tenant=other sha256={Tenants.Digest("other")}
            """);
        await using var host = await ApiHost.StartAsync(new ApiOptions { PageTokenKey = ApiHost.Key, Tokens = () => tokens });
        using var bytes = new MemoryStream();
        new ListJobsRequest { States = { Enumerable.Repeat(JobState.Running, Megabytes27) } }.WriteTo(bytes);
        byte[] large = bytes.ToArray();
        var list = new Method<byte[], byte[]>(
            MethodType.Unary, "cluster.v1.JobService", nameof(JobService.JobServiceClient.ListJobs), Raw, Raw);

        var calls = Enumerable.Range(0, 24).Select(_ => Errors.OfAsync(() => host.Channel.CreateCallInvoker().AsyncUnaryCall(
            list, host: null, new CallOptions(Tenants.Headers("reader"), cancellationToken: Cancellation), large).ResponseAsync)).ToArray();
        (await host.Jobs.ListJobsAsync(new ListJobsRequest(), Tenants.Headers("other"))).Jobs.ShouldBeEmpty();

        foreach (var refused in await Task.WhenAll(calls))
        {
            (refused.StatusCode, refused.Info().Reason, refused.Info().Metadata["limit_bytes"])
                .ShouldBe((StatusCode.ResourceExhausted, "REQUEST_TOO_LARGE", "65536"));
        }
    }

    // More than half of what there may be; the field is none of this version's.
    private static byte[] Padded(string job)
    {
        // A field may occur more than once: the last occurrence counts.
        byte[] once = new WatchJobRequest { Name = job }.ToByteArray();
        return [.. Enumerable.Repeat(once, Most * 3 / 5 / once.Length).SelectMany(bytes => bytes)];
    }
}
