using Cluster.Contract.V1;
using Google.Protobuf.WellKnownTypes;

namespace Cluster.Silo.Tests.Api.Collection;

[Collection("api")]
public sealed class CollectionCallTests
{
    private static readonly Duration Moment = new() { Nanos = 100 };

    [Fact]
    public async Task Collect_EndedJobs_GoWithTheirFilesOnceItIsMeant()
    {
        await using var host = await ApiHost.StartAsync();
        var ended = await host.CreateAsync("synthetic:groups=4,ms=0..0,seed=1");
        await host.WatchAsync(ended.Name);
        var file = (await host.Jobs.GetJobAsync(new GetJobRequest { Name = ended.Name })).Artefacts.Single();
        var begun = host.Node.Hold();
        var running = await host.CreateAsync("synthetic:groups=4,ms=0..0,seed=2");
        await begun.WaitAsync(TestContext.Current.CancellationToken);
        var request = new CollectArtefactsRequest { KeepJobs = Moment, ValidateOnly = true };

        var planned = await host.Files.CollectArtefactsAsync(request);

        var item = planned.Items.ShouldHaveSingleItem();
        (item.Name, item.SizeBytes, planned.FreedBytes)
            .ShouldBe((ended.Name, file.SizeBytes, file.SizeBytes), "its model is the other's, too");
        item.Reason.ShouldStartWith("it ended on ");
        host.Artefacts.Contains(file.Sha256).ShouldBeTrue("nothing was meant yet");

        request.ValidateOnly = false;
        (await host.Files.CollectArtefactsAsync(request)).ShouldBe(planned);

        host.Artefacts.Contains(file.Sha256).ShouldBeFalse();
        (await host.Jobs.ListJobsAsync(new ListJobsRequest())).Jobs.ShouldHaveSingleItem().Name.ShouldBe(running.Name);
        (await host.Files.CollectArtefactsAsync(request)).Items.ShouldBeEmpty();
        host.Node.Release();
    }

    [Fact]
    public async Task Collect_WithoutRules_TakesNothing()
    {
        await using var host = await ApiHost.StartAsync();
        await host.UploadAsync([1, 2, 3]);

        var answer = await host.Files.CollectArtefactsAsync(new CollectArtefactsRequest());

        (answer.Items.Count, answer.StoredBytes, answer.FreedBytes).ShouldBe((0, 3, 0));
    }

    [Fact]
    public async Task Collect_ByAnAdministratorOfOneTenant_IsRefused()
    {
        await using var host = await Tenants.StartAsync();
        await Tenants.UploadAsync(host, Tenants.Ann, [1, 2, 3]);
        var request = new CollectArtefactsRequest { KeepUploads = Moment };

        var error = await Errors.OfAsync(() => host.Files.CollectArtefactsAsync(request, Tenants.Headers(Tenants.Ben)).ResponseAsync);

        (error.StatusCode, error.Info().Reason).ShouldBe((StatusCode.PermissionDenied, "ROLE_MISSING"));
        (await host.Files.CollectArtefactsAsync(request, Tenants.Headers(Tenants.Old))).FreedBytes.ShouldBe(3);
    }
}
