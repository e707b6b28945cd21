using Amazon.Runtime;
using Amazon.S3;
using Cluster.Coordinator.Model;
using Cluster.Plans;
using Cluster.Storage.S3;

[assembly: AssemblyFixture(typeof(S3Server))]

namespace Cluster.Silo.Tests.Workers;

/// <summary>A real child, whose job is in a bucket.</summary>
public sealed class SuppliedWorkerTests(S3Server server) : IDisposable
{
    private readonly WorkFolder _folder = new();
    private readonly string _place = server.NewPlace();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Work_OfAJobInTheBucket_ReadsCopiesAndPutsWhatItMadeThere()
    {
        using var client = Client(await server.AddressAsync());
        using var uploader = new WorkFolder();
        var (inputs, options) = await TinyJob.StoreAsync(uploader);
        using (var uploaded = new BucketArtefactStore(client, new FolderArtefactStore(uploader["artefacts"])))
        {
            foreach (string sha256 in inputs.Artefacts())
            {
                await uploaded.KeepAsync(sha256, Cancellation);
            }
        }

        using var bucket = new BucketArtefactStore(client, new FolderArtefactStore(_folder["artefacts"]));
        await using var worker = new SuppliedWorker(new ChildProcessWorker(Children.Options(_folder)), bucket);
        var prepared = await worker.PrepareAsync(inputs, options, Cancellation);
        var job = TinyJob.Entry(inputs, prepared);
        string[] groups = [.. prepared.Space.Groups.Select(group => group.Name)];
        var item = new AccuracyItem(
            job.Spec.AccuracyContext,
            Plan.Uniform(GroupFormat.Int8, options.Target, groups, "max", biasCorrection: false),
            ImageScope.Full);

        (await worker.ExecuteAsync(job, item, Cancellation)).ShouldBeOfType<AccuracyResult>();
        prepared.Spec.ModelDigest.ShouldBe(inputs.Model);
    }

    [Fact]
    public async Task Publish_Winner_IsInTheBucketBeforeItsEndIsTold()
    {
        using var client = Client(await server.AddressAsync());
        using var bucket = new BucketArtefactStore(client, new FolderArtefactStore(_folder["artefacts"]));
        await using var worker = new SuppliedWorker(new ChildProcessWorker(Children.Options(_folder)), bucket);
        var job = SyntheticJobs.Entry("synthetic:groups=8,ms=0");
        var item = SyntheticJobs.Candidate(job, 0);
        JournalEvent[] events =
        [
            new JobSubmitted(job.Spec.JobId, job.Spec, job.Space),
            new WinnerSelected(item.Plan, Feasible: true, WinnerKind.Faster, "It is."),
        ];

        var published = (await worker.ExecuteAsync(
            job,
            new PublishItem(job.Spec.JobId),
            [.. events.Select((one, i) => new JournalRecord(i, 1, DateTimeOffset.UnixEpoch, one))],
            Cancellation)).ShouldBeOfType<PublishedResult>();

        var artefact = published.Artefacts.ShouldHaveSingleItem();
        (await bucket.SizeAsync(artefact.Sha256, Cancellation)).ShouldBe(artefact.SizeBytes);
    }

    [Fact]
    public async Task Execute_BucketAway_IsAFailureOfTheMachine()
    {
        using var client = Client(new Uri("http://127.0.0.1:9"));
        using var bucket = new BucketArtefactStore(client, new FolderArtefactStore(_folder["artefacts"]));
        await using var worker = new SuppliedWorker(new ChildProcessWorker(Children.Options(_folder)), bucket);
        var job = SyntheticJobs.Entry("synthetic:groups=8,ms=0");
        job = job with { Inputs = job.Inputs with { Model = new string('a', 64) } };

        var failed = (await worker.ExecuteAsync(job, SyntheticJobs.Candidate(job, 0), Cancellation)).ShouldBeOfType<FailedResult>();

        failed.Kind.ShouldBe(FailureKind.Unavailable);
        failed.Reason.ShouldContain("could not be reached");
    }

    private BucketClient Client(Uri address)
    {
        var place = BucketPlace.Parse(_place, address)!;
        var settings = BucketClient.Settings(place);
        settings.MaxErrorRetry = 0;
#pragma warning disable CA2000 // The client disposes of it.
        return new BucketClient(place, new AmazonS3Client(new BasicAWSCredentials(S3Server.Key, S3Server.Key), settings));
#pragma warning restore CA2000
    }
}
