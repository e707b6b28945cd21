using System.Diagnostics;
using System.Globalization;
using Cluster.Bench.Chaos;
using Cluster.Contract.V1;
using Grpc.Core;

namespace Cluster.Bench.ManyJobs;

/// <summary>Small jobs over gRPC to one silo, each followed to its end; what the silo holds after each tenth.</summary>
internal static class EndingTrial
{
    private const string Target = "synthetic:groups=2,sensitive=0,seed=7,ms=0";
    private const int Tenths = 10;
    private const int Attempts = 60;

    public static async Task RunAsync(string data, int jobs, int inFlight, CancellationToken cancellation)
    {
        using var silo = new AloneSilo(data, "--devices", "cpu:2", "--in-process");
        await silo.StartAsync(cancellation);
        using var channel = silo.Connect();
        var client = new JobService.JobServiceClient(channel);
        var model = await UploadAsync(new ArtefactService.ArtefactServiceClient(channel), cancellation);
        var spec = new JobSpec { Model = model, Calibration = new DataSet { Spec = "folder:.", Artefact = model }, Target = Target };
        Console.WriteLine("| jobs that ended | a second | silo's CPU ms a job | its MB | load |\n|---|---|---|---|---|");
        for (var tenth = 1; tenth <= Tenths; tenth++)
        {
            var count = (jobs * tenth / Tenths) - (jobs * (tenth - 1) / Tenths);
            var (began, processor) = (Stopwatch.GetTimestamp(), silo.Processor());
            await Parallel.ForAsync(
                0,
                count,
                new ParallelOptions { MaxDegreeOfParallelism = inFlight, CancellationToken = cancellation },
                async (_, stop) => await EndOneAsync(client, spec, stop));
            var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
            var load = await ChaosCommand.LoadAsync(cancellation);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {jobs * tenth / Tenths} | {count / seconds:0.0} | {(silo.Processor() - processor).TotalMilliseconds / count:0.0} "
                + $"| {silo.Resident() / 1e6:0} | {load} |"));
        }
    }

    private static async Task<string> UploadAsync(ArtefactService.ArtefactServiceClient client, CancellationToken cancellation)
    {
        byte[] content = "no network"u8.ToArray();
        using var upload = client.UploadArtefact(cancellationToken: cancellation);
        await upload.RequestStream.WriteAsync(
            new UploadArtefactRequest
            {
                Header = new UploadArtefactHeader
                {
                    Sha256 = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(content)),
                    SizeBytes = content.Length,
                },
            },
            cancellation);
        await upload.RequestStream.WriteAsync(
            new UploadArtefactRequest { Chunk = Google.Protobuf.ByteString.CopyFrom(content) }, cancellation);
        await upload.RequestStream.CompleteAsync();
        return (await upload.ResponseAsync).Artefact.Name;
    }

    private static async Task EndOneAsync(JobService.JobServiceClient client, JobSpec spec, CancellationToken cancellation)
    {
        var request = new CreateJobRequest { DisplayName = "one of many", Spec = spec, RequestId = Guid.NewGuid().ToString() };
        var created = await RepeatAsync(() => client.CreateJobAsync(request, cancellationToken: cancellation).ResponseAsync, cancellation);
        var name = created.Job.Name;
        var job = await RepeatAsync(() => EndedAsync(client, name, cancellation), cancellation);
        if (job.State != JobState.Succeeded)
        {
            throw new InvalidOperationException($"{name} is {job.State}: {job}");
        }
    }

    private static async Task<Job> EndedAsync(JobService.JobServiceClient client, string name, CancellationToken cancellation)
    {
        using var watch = client.WatchJob(new WatchJobRequest { Name = name }, cancellationToken: cancellation);
        while (await watch.ResponseStream.MoveNext(cancellation))
        {
            // The stream ends with the job.
        }

        return await client.GetJobAsync(new GetJobRequest { Name = name }, cancellationToken: cancellation);
    }

    // As a client does where the silo has too much to do.
    private static async Task<T> RepeatAsync<T>(Func<Task<T>> call, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await call();
            }
            catch (RpcException busy) when (busy.StatusCode == StatusCode.Unavailable && attempt < Attempts)
            {
                await Task.Delay(TimeSpan.FromSeconds(1), cancellation);
            }
        }
    }
}
