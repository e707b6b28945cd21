using Cluster.Contract.V1;
using Cluster.Tests;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;

namespace Cluster.EndToEnd.Cluster;

/// <summary>A cluster of one silo that is killed again and again ends with what it would have found undisturbed.</summary>
public sealed class SiloKillTests
{
    private const string Target = "synthetic:groups=16,seed=3,ms=2..15";
    private const int Kills = 10;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Job_WhoseSiloIsKilledAtRandomMoments_EndsWithTheSameWinner()
    {
        using var folder = new WorkFolder();
        await using var silo = new SiloProcess(folder.Root);
        await silo.StartAsync();
        var undisturbed = await WatchAsync(silo, await CreateAsync(silo));
        var random = new Random(7);

        string job = await CreateAsync(silo);
        var events = new List<JobEvent>();
        for (int kill = 0; kill < Kills; kill++)
        {
            events.AddRange(await WatchAsync(silo, job, after: events.Count, atMost: random.Next(1, 20)));
            await silo.KillAsync();
            await silo.StartAsync();
        }

        events.AddRange(await WatchAsync(silo, job, after: events.Count));

        events.Select(e => e.Sequence).ShouldBe(Enumerable.Range(1, events.Count).Select(i => (long)i));
        Winner(events).ShouldBe(Winner(undisturbed));
        Ended(events).ShouldBe(Ended(undisturbed));
        (await silo.StopAsync()).ShouldBe(0);
    }

    private static async Task<string> CreateAsync(SiloProcess silo)
    {
        using var channel = GrpcChannel.ForAddress(silo.Address);
        byte[] content = "nothing is read of it"u8.ToArray();
        string sha = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(content));
        using var upload = new ArtefactService.ArtefactServiceClient(channel).UploadArtefact(cancellationToken: Token);
        await upload.RequestStream.WriteAsync(
            new UploadArtefactRequest { Header = new UploadArtefactHeader { Sha256 = sha, SizeBytes = content.Length } }, Token);
        await upload.RequestStream.WriteAsync(new UploadArtefactRequest { Chunk = ByteString.CopyFrom(content) }, Token);
        await upload.RequestStream.CompleteAsync();
        string model = (await upload.ResponseAsync).Artefact.Name;
        var spec = new JobSpec { Model = model, Calibration = new DataSet { Artefact = model, Spec = "folder:nothing" }, Target = Target };
        return (await new JobService.JobServiceClient(channel).CreateJobAsync(
            new CreateJobRequest { Spec = spec }, cancellationToken: Token)).Job.Name;
    }

    // Ends with the job, or after so many events.
    private static async Task<List<JobEvent>> WatchAsync(SiloProcess silo, string job, long after = 0, int atMost = int.MaxValue)
    {
        using var channel = GrpcChannel.ForAddress(silo.Address);
        using var watch = new JobService.JobServiceClient(channel).WatchJob(
            new WatchJobRequest { Name = job, AfterSequence = after }, cancellationToken: Token);
        var events = new List<JobEvent>();
        while (events.Count < atMost && await watch.ResponseStream.MoveNext(Token))
        {
            if (watch.ResponseStream.Current.EventCase != JobEvent.EventOneofCase.Heartbeat)
            {
                events.Add(watch.ResponseStream.Current);
            }
        }

        return events;
    }

    private static string Winner(IEnumerable<JobEvent> events) =>
        events.Single(e => e.EventCase == JobEvent.EventOneofCase.WinnerSelected).WinnerSelected.Plan.Digest;

    // Every candidate has its end once, in the order of the search, whatever became of its attempts.
    private static List<(int Number, string Digest, int Evaluations)> Ended(IEnumerable<JobEvent> events) =>
        [.. events.Where(e => e.EventCase == JobEvent.EventOneofCase.CandidateChanged).Select(e => e.CandidateChanged)
            .GroupBy(candidate => candidate.Number)
            .OrderBy(group => group.Key)
            .Select(group => (group.Key, group.Last().Plan.Digest, group.Last().Evaluations.Count))];
}
