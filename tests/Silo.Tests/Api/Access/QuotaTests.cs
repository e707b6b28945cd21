using Cluster.Contract.V1;

namespace Cluster.Silo.Tests.Api.Access;

/// <summary>What one tenant may have; another has its own.</summary>
[Collection("api")]
public sealed class QuotaTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Upload_BeyondTheStoredBytes_IsRefused()
    {
        await using var host = await Tenants.StartAsync(new Quotas { StoredBytes = 10 });
        await Tenants.UploadAsync(host, Tenants.Ann, new byte[6]);

        await RefusedAsync(
            () => Tenants.UploadAsync(host, Tenants.Ann, new byte[5]),
            "stored_bytes",
            "The uploads of one have 6 bytes, and 5 more are over the 10 that one tenant may keep: delete jobs");

        await Tenants.UploadAsync(host, Tenants.Ann, new byte[4]);
        await Tenants.UploadAsync(host, Tenants.Ann, new byte[6]);
        await Tenants.UploadAsync(host, Tenants.Ben, new byte[5]);
    }

    [Fact]
    public async Task Job_BesideTheRunningCandidates_IsRefused()
    {
        await using var host = await Tenants.StartAsync(new Quotas { RunningCandidates = 1 });
        _ = host.Node.Hold();
        var job = await Tenants.CreateAsync(host, Tenants.Ann, [1]);
        await host.WatchAsync(
            job.Name, until: one => one.CandidateChanged?.State == CandidateState.Running, headers: Tenants.Headers(Tenants.Ann));

        await RefusedAsync(
            () => Tenants.CreateAsync(host, Tenants.Ann, [2]),
            "running_candidates",
            "candidates of one are under way where one tenant may have 1 before it submits another job: wait for some to end");

        await Tenants.CreateAsync(host, Tenants.Ben, [2]);
    }

    [Fact]
    public async Task Uploads_AtTheSameMoment_KeepToTheStoredBytesTogether()
    {
        await using var host = await Tenants.StartAsync(new Quotas { StoredBytes = 10 });

        string[] ends = await Task.WhenAll(Enumerable.Range(0, 12).Select(
            i => EndAsync(() => Tenants.UploadAsync(host, Tenants.Ann, [(byte)i, 1, 2, 3]))));

        ends.Count(end => end == "taken").ShouldBe(2);
        ends.Count(end => end == "QUOTA_EXCEEDED").ShouldBe(10);
        await Tenants.UploadAsync(host, Tenants.Ann, new byte[2]);
    }

    [Fact]
    public async Task Uploads_OfOneFileAtTheSameMoment_CountOnce()
    {
        await using var host = await Tenants.StartAsync(new Quotas { StoredBytes = 10 });

        string[] ends = await Task.WhenAll(Enumerable.Range(0, 6).Select(
            _ => EndAsync(() => Tenants.UploadAsync(host, Tenants.Ann, new byte[10]))));

        ends.ShouldAllBe(end => end == "taken");
    }

    [Fact]
    public async Task Jobs_AtTheSameMoment_KeepToTheRunningCandidatesTogether()
    {
        await using var host = await Tenants.StartAsync(new Quotas { RunningCandidates = 3 });
        _ = host.Node.Hold();

        string[] ends = await Task.WhenAll(Enumerable.Range(0, 12).Select(
            i => EndAsync(() => Tenants.CreateAsync(host, Tenants.Ann, [(byte)i]))));

        // Those that were taken have candidates under way by and by, which count for the calls that are still to come.
        ends.Count(end => end == "taken").ShouldBeInRange(1, 3);
        ends.ShouldAllBe(end => end == "taken" || end == "QUOTA_EXCEEDED");
        await Tenants.CreateAsync(host, Tenants.Ben, [2]);
    }

    [Fact]
    public async Task Jobs_AtTheSameMoment_AreNoMoreThanTheClusterTakes()
    {
        await using var host = await ApiHost.StartAsync(new ApiOptions { PageTokenKey = ApiHost.Key, MaxJobs = 4 });
        _ = host.Node.Hold();
        var request = await host.RequestAsync();

        string[] ends = await Task.WhenAll(Enumerable.Range(0, 12).Select(
            _ => EndAsync(() => host.Jobs.CreateJobAsync(request).ResponseAsync)));

        ends.Count(end => end == "taken").ShouldBe(4);
        ends.Count(end => end == "TOO_MANY_JOBS").ShouldBe(8);
    }

    [Fact]
    public async Task Jobs_OfOneTenant_LeavePlacesForAnother()
    {
        await using var host = await Tenants.StartAsync(maxJobs: 4);
        _ = host.Node.Hold();
        var ann = await Tenants.RequestAsync(host, Tenants.Ann, [1]);
        var ben = await Tenants.RequestAsync(host, Tenants.Ben, [1]);

        string[] ofAnn = await Task.WhenAll(Enumerable.Range(0, 6).Select(
            _ => EndAsync(() => host.Jobs.CreateJobAsync(ann, Tenants.Headers(Tenants.Ann)).ResponseAsync)));
        string ofBen = await EndAsync(() => host.Jobs.CreateJobAsync(ben, Tenants.Headers(Tenants.Ben)).ResponseAsync);

        ofAnn.Count(end => end == "taken").ShouldBe(2);
        ofAnn.Count(end => end == "TOO_MANY_JOBS").ShouldBe(4);
        ofBen.ShouldBe("taken");
    }

    [Fact]
    public async Task Jobs_OneRequestSentManyTimesAtOnce_CountOnce()
    {
        await using var host = await ApiHost.StartAsync(
            new ApiOptions { PageTokenKey = ApiHost.Key, MaxJobs = 1, Quotas = new Quotas { RunningCandidates = 1 } });
        _ = host.Node.Hold();
        var request = await host.RequestAsync();
        request.RequestId = "6f2c9b1e-8f2a-4a53-9a44-222222222222";

        string[] ends = await Task.WhenAll(Enumerable.Range(0, 6).Select(
            _ => EndAsync(() => host.Jobs.CreateJobAsync(request).ResponseAsync)));

        ends.ShouldAllBe(end => end == "taken");
    }

    [Fact]
    public async Task Streams_AtTheSameMoment_AreNoMoreThanTheQuota()
    {
        await using var host = await Tenants.StartAsync(new Quotas { Streams = 2 });
        _ = host.Node.Hold();
        var job = await Tenants.CreateAsync(host, Tenants.Ann, [1]);
        var watches = Enumerable.Range(0, 8).Select(_ => Watch(host, Tenants.Ann, job)).ToArray();

        string[] ends = await Task.WhenAll(watches.Select(watch => EndAsync(() => watch.ResponseStream.MoveNext(Cancellation))));

        ends.Count(end => end == "taken").ShouldBe(2);
        ends.Count(end => end == "TOO_MANY_STREAMS").ShouldBe(6);
        using var third = Watch(host, Tenants.Ann, job);
        var refused = await Should.ThrowAsync<RpcException>(() => third.ResponseStream.MoveNext(Cancellation));
        refused.Status.Detail.ShouldContain("2 uploads, downloads and watched jobs of one under way");
        using var other = Watch(host, Tenants.Ben, await Tenants.CreateAsync(host, Tenants.Ben, [1]));
        (await other.ResponseStream.MoveNext(Cancellation)).ShouldBeTrue();
        Array.ForEach(watches, watch => watch.Dispose());
    }

    [Fact]
    public async Task Job_WithALargerGraph_IsRefused()
    {
        await using var host = await Tenants.StartAsync(new Quotas { GraphNodes = 2 });

        await RefusedAsync(
            () => Tenants.CreateAsync(host, Tenants.Ann, OnnxOf(nodes: 3)),
            "graph_nodes",
            "The model's graph has 3 nodes where at most 2 are taken: simplify the network");

        await Tenants.CreateAsync(host, Tenants.Ann, OnnxOf(nodes: 2));
    }

    [Fact]
    public void Count_NotAGraph_IsNull()
    {
        using var model = new MemoryStream([1, 2, 3]);
        OnnxNodes.Count(model).ShouldBe(0);
    }

    private static AsyncServerStreamingCall<JobEvent> Watch(ApiHost host, string caller, Job job) =>
        host.Jobs.WatchJob(new WatchJobRequest { Name = job.Name }, Tenants.Headers(caller));

    private static async Task<string> EndAsync(Func<Task> call)
    {
        try
        {
            await call();
            return "taken";
        }
        catch (RpcException refused)
        {
            return refused.Info().Reason;
        }
    }

    private static async Task RefusedAsync(Func<Task> call, string quota, string sentence)
    {
        var refused = await Should.ThrowAsync<RpcException>(call);
        (refused.StatusCode, refused.Info().Reason).ShouldBe((StatusCode.ResourceExhausted, "QUOTA_EXCEEDED"));
        refused.Info().Metadata["quota"].ShouldBe(quota);
        refused.Status.Detail.ShouldContain(sentence);
    }

    // ir_version 8; a graph of nodes without content, then its name; an opset.
    private static byte[] OnnxOf(int nodes)
    {
        byte[] graph = [.. Enumerable.Repeat<byte[]>([0x0A, 0], nodes).SelectMany(node => node), 0x12, 1, (byte)'g'];
        return [0x08, 8, 0x3A, (byte)graph.Length, .. graph, 0x42, 2, 0x10, 17];
    }
}
