using System.Formats.Tar;
using System.Text;
using Cluster.Contract.V1;
using Cluster.Harness;
using Cluster.Silo.Api;
using Cluster.Silo.Tests.Workers;
using Cluster.Tests;
using Grpc.Core;

namespace Cluster.Silo.Tests.Api;

/// <summary>What strangers may learn of a server's disk by naming files of it: nothing, unless its operator has shared them.</summary>
public sealed class HostileSpecTests : IDisposable
{
    private readonly PlantedFiles _disk = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _disk.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task CreateJob_SpecOfTheServersFiles_IsRefusedAndTellsNothing(bool shares)
    {
        await using var silo = await RealSilo.StartAsync(_disk.Data, shares ? [_disk.Shared] : []);
        var fine = await FineAsync(silo);
        foreach (string text in Specs())
        {
            foreach (var role in new Action<JobSpec>[]
            {
                spec => spec.Calibration = new DataSet { Spec = text },
                spec => spec.Evaluation = new DataSet { Spec = text },
                spec => spec.Test = new DataSet { Spec = text },
                spec => (spec.Training, spec.FineTune) = (new DataSet { Spec = text }, FineTuneMode.Always),
                spec => spec.Calibration.Spec = text,
            })
            {
                var spec = fine.Clone();
                role(spec);
                foreach (bool validates in new[] { true, false })
                {
                    var error = await RefusedAsync(
                        silo.Jobs.CreateJobAsync(new CreateJobRequest { Spec = spec, ValidateOnly = validates }), text);
                    error.StatusCode.ShouldBe(StatusCode.InvalidArgument, $"{text}: {error.Status.Detail}");
                }
            }
        }

        (await silo.Jobs.ListJobsAsync(new ListJobsRequest(), cancellationToken: Cancellation)).Jobs.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("touch /tmp/owned", MetricKind.Unspecified)]
    [InlineData("", MetricKind.Score)]
    public async Task CreateJob_CommandThatJudges_IsRefused(string command, MetricKind metric)
    {
        await using var silo = await RealSilo.StartAsync(_disk.Data);
        var spec = await FineAsync(silo);
        (spec.MetricCommand, spec.Metric, spec.MaxDrop) = (command, metric, 0.1);

        var error = await RefusedAsync(silo.Jobs.CreateJobAsync(new CreateJobRequest { Spec = spec, ValidateOnly = true }), "nothing");

        error.StatusCode.ShouldBe(StatusCode.InvalidArgument);
        error.Status.Detail.ShouldContain("a server runs none of a user's");
    }

    [Fact]
    public async Task CreateJob_ModelThatLoadsAndCannotBeExecuted_IsRefusedAndTakesNoSlotFromOthers()
    {
        await using var silo = await RealSilo.StartAsync(_disk.Data);
        var spec = await FineAsync(silo);
        var fine = spec.Clone();
        spec.Model = await silo.UploadAsync(UnexecutableModel.File);

        for (int time = 0; time < 3; time++)
        {
            var error = await RefusedAsync(silo.Jobs.CreateJobAsync(new CreateJobRequest { Spec = spec }), "a node");
            error.StatusCode.ShouldBe(StatusCode.InvalidArgument, error.Status.Detail);
            error.Detail<Google.Rpc.BadRequest>()!.FieldViolations.Single().Field.ShouldBe("spec.model");
        }

        var created = await silo.Jobs.CreateJobAsync(new CreateJobRequest { Spec = fine }, cancellationToken: Cancellation);
        using var watch = silo.Jobs.WatchJob(new WatchJobRequest { Name = created.Job.Name }, cancellationToken: Cancellation);
        await foreach (var change in watch.ResponseStream.ReadAllAsync(Cancellation))
        {
            var nodes = await silo.Nodes.ListNodesAsync(new ListNodesRequest(), cancellationToken: Cancellation);
            nodes.Nodes.SelectMany(node => node.Slots).ShouldAllBe(slot => !slot.Excluded && slot.Problem.Length == 0);
        }

        var job = await silo.Jobs.GetJobAsync(new GetJobRequest { Name = created.Job.Name }, cancellationToken: Cancellation);
        job.State.ShouldBe(JobState.Succeeded, job.Reason);
    }

    [Fact]
    public async Task CreateJob_NothingShared_NamesThePathAndTheWayOut()
    {
        await using var silo = await RealSilo.StartAsync(_disk.Data);
        var spec = await FineAsync(silo);
        spec.Calibration = new DataSet { Spec = "folder:/tmp,labels=/etc/passwd" };
        var error = await RefusedAsync(silo.Jobs.CreateJobAsync(new CreateJobRequest { Spec = spec, ValidateOnly = true }), "etc");
        error.Status.Detail.ShouldContain("'/tmp'");
        error.Status.Detail.ShouldContain("upload the data");
        error.Status.Detail.ShouldContain("--shared-data");
        error.Detail<Google.Rpc.BadRequest>()!.FieldViolations.Single().Field.ShouldBe("spec.calibration.spec");
    }

    [Fact]
    public async Task CreateJob_OtherFields_TellNothing()
    {
        await using var silo = await RealSilo.StartAsync(_disk.Data, _disk.Shared);
        var fine = await FineAsync(silo);
        string secret = Path.Combine(_disk.Outside, "secret.csv");
        string noModel = await silo.UploadAsync("not a network"u8.ToArray());
        string slashes = await silo.UploadAsync(SampleTar.Of(($"..{secret}", [1]), (secret, [2])));
        string link = await silo.UploadAsync(SampleTar.Of(("images-idx3-ubyte", [1]), ("a/images", TarEntryType.SymbolicLink, secret)));
        Action<JobSpec>[] attacks =
        [
            spec => spec.Model = secret,
            spec => spec.Model = $"artefacts/../../{secret}",
            spec => spec.Model = noModel,
            spec => spec.Model = spec.Calibration.Artefact,
            spec => spec.Preprocess = secret,
            spec => spec.Preprocess = "{}",
            spec => spec.Preprocess = "",
            spec => spec.Preprocess = $$"""{"layout": "{{secret}}"}""",
            spec => spec.Calibration.Artefact = secret,
            spec => spec.Calibration.Artefact = "artefacts/..",
            spec => spec.Calibration.Artefact = noModel,
            spec => spec.Calibration.Artefact = slashes,
            spec => spec.Calibration.Artefact = link,
            spec => (spec.Calibration.Artefact, spec.Calibration.Spec) = (link, "idx:a/images"),
            spec => spec.Calibration.Spec = "idx:missing-images",
            spec => spec.Calibration.Spec = "folder:missing",
            spec => spec.Calibration.Spec = "folder:.",
            spec => spec.Calibration.Spec = "cifar10:images-idx3-ubyte",
            spec => spec.Calibration.Spec = "idx:images-idx3-ubyte,labels=nothing",
            spec => spec.Calibration.Spec = "idx:images-idx3-ubyte@7..900",
            spec => spec.Target = secret,
            spec => spec.Methods.Add(secret),
        ];
        foreach (var (attack, number) in attacks.Select((attack, i) => (attack, i)))
        {
            var spec = fine.Clone();
            attack(spec);
            await RefusedAsync(silo.Jobs.CreateJobAsync(new CreateJobRequest { Spec = spec, ValidateOnly = true }), $"attack {number}");
            await RefusedAsync(silo.Jobs.CreateJobAsync(new CreateJobRequest { Spec = spec, DisplayName = "../../x" }), $"attack {number}");
        }
    }

    [Fact]
    public async Task EveryCallThatTakesAName_HostileName_IsRefusedAndTellsNothing()
    {
        await using var silo = await RealSilo.StartAsync(_disk.Data);
        string secret = Path.Combine(_disk.Outside, "secret.csv");
        foreach (string name in new[]
        {
            secret,
            $"artefacts/../..{secret}",
            $"jobs/../..{secret}",
            "jobs/..",
            "artefacts/..%2f..%2fetc%2fpasswd",
            "artefacts/\0",
            "jobs/\u202e../x",
            new string('a', 5000),
            ""
        })
        {
            using var download = silo.Files.DownloadArtefact(new DownloadArtefactRequest { Name = name });
            await RefusedAsync(download.ResponseStream.MoveNext(Cancellation), name);
            using var watch = silo.Jobs.WatchJob(new WatchJobRequest { Name = name });
            await RefusedAsync(watch.ResponseStream.MoveNext(Cancellation), name);
            using var upload = silo.Files.UploadArtefact();
            await RefusedAsync(Uploads.SendAsync(upload, new UploadArtefactHeader { Sha256 = name, SizeBytes = 1 }, [1]), name);
            await RefusedAsync(silo.Jobs.GetJobAsync(new GetJobRequest { Name = name }), name);
            await RefusedAsync(silo.Jobs.ListCandidatesAsync(new ListCandidatesRequest { Parent = name }), name);
            await RefusedAsync(silo.Jobs.CancelJobAsync(new CancelJobRequest { Name = name, Reason = secret }), name);
            await RefusedAsync(silo.Jobs.PauseJobAsync(new PauseJobRequest { Name = name }), name);
            await RefusedAsync(silo.Jobs.ResumeJobAsync(new ResumeJobRequest { Name = name }), name);
            await RefusedAsync(silo.Jobs.DeleteJobAsync(new DeleteJobRequest { Name = name }), name);
        }
    }

    [Fact]
    public async Task Job_DataOfASharedFolder_RunsAndShowsNoPathOfTheServers()
    {
        await using var silo = await RealSilo.StartAsync(_disk.Data, _disk.Shared);
        var spec = await FineAsync(silo);
        spec.Calibration = new DataSet { Spec = $"idx:{_disk.Shared}/images-idx3-ubyte@0..40+idx:{_disk.Shared}/images-idx3-ubyte@40..90" };
        spec.Test = new DataSet { Spec = $"idx:{_disk.Shared}/inside,labels={_disk.Shared}/labels-idx1-ubyte" };
        var job = (await silo.Jobs.CreateJobAsync(new CreateJobRequest { Spec = spec }, cancellationToken: Cancellation)).Job;
        var told = new StringBuilder();
        using var watch = silo.Jobs.WatchJob(new WatchJobRequest { Name = job.Name });
        while (await watch.ResponseStream.MoveNext(Cancellation))
        {
            told.Append(watch.ResponseStream.Current);
        }

        job = await silo.Jobs.GetJobAsync(new GetJobRequest { Name = job.Name }, cancellationToken: Cancellation);
        told.Append(job);
        told.Append(await silo.Jobs.ListJobsAsync(new ListJobsRequest(), cancellationToken: Cancellation));
        told.Append(await silo.Jobs.ListCandidatesAsync(new ListCandidatesRequest { Parent = job.Name }, cancellationToken: Cancellation));
        job.State.ShouldBe(JobState.Succeeded, $"{told}");
        foreach (var artefact in job.Artefacts)
        {
            using var download = silo.Files.DownloadArtefact(new DownloadArtefactRequest { Name = artefact.Name });
            while (await download.ResponseStream.MoveNext(Cancellation))
            {
                told.Append(Encoding.Latin1.GetString(download.ResponseStream.Current.Chunk.Span));
            }
        }

        RequireSilent(told.ToString(), "a whole job");
    }

    // Paths that are not shared, and files of the shared folder that hold no data of their scheme.
    private IEnumerable<string> Specs()
    {
        string secret = Path.Combine(_disk.Outside, "secret.csv");
        string shared = _disk.Shared;
        return
        [
            "folder:/tmp,labels=/etc/passwd",
            "folder:/tmp,labels=/proc/self/environ",
            "idx:/etc/shadow",
            "idx:/etc/passwd",
            "cifar10:/etc/passwd",
            "folder:/etc",
            "folder:/",
            "idx:/proc/self/environ",
            "cifar10:/proc/self/environ",
            "folder:/proc/self,labels=environ",
            "folder:/proc/self/root/etc,labels=/etc/passwd",
            $"idx:{secret}",
            $"cifar10:{secret}",
            $"folder:{_disk.Outside},labels={secret}",
            $"folder:{_disk.Data}",
            $"idx:{_disk.Data}/page-token.key",
            $"idx:{shared}/../outside/secret.csv",
            $"folder:{shared}/images,labels={shared}/../outside/secret.csv",
            $"folder:{shared}/images,labels=../../outside/secret.csv",
            $"idx:{shared}/images-idx3-ubyte+idx:{secret}",
            $"idx:{secret}+idx:{shared}/images-idx3-ubyte",
            $"idx:{shared}/images-idx3-ubyte,labels={secret}",
            $"folder:{shared}/images,labels={shared}/bad.csv",
            $"folder:{shared}/images,labels={shared}/rows.csv",
            $"folder:{shared}/images,labels={shared}/names.csv",
            $"folder:{shared}/images",
            $"idx:{shared}/bad.csv",
            $"cifar10:{shared}/bad.csv",
            $"idx:{shared}/images-idx3-ubyte,labels={shared}/bad.csv",
            $"idx:{shared}/file-out",
            $"idx:{shared}/relative-out",
            $"idx:{shared}/chain",
            $"idx:{shared}/loop",
            $"idx:{shared}/folder-out/private-images",
            $"folder:{shared}/folder-out,labels={shared}/folder-out/secret.csv",
            $"folder:{shared}/linked",
            $"folder:{shared}/linked,labels={shared}/linked/list.csv",
            $"idx:{shared}/system/environ",
            $"folder:{shared}/system,labels={shared}/system/environ",
            $"idx:{shared}/system/root{secret}",
            $"idx:{shared}x/images-idx3-ubyte",
            $"idx:{shared}/missing",
            $"folder:{shared}/missing,labels=/etc/passwd",
            $"idx:{shared}%2f..%2foutside%2fsecret.csv",
            $"idx:{shared}/%2e%2e/outside/secret.csv",
            $"idx:{shared}\u2215..\u2215outside\u2215secret.csv",
            $"idx:{shared}/\uff0e\uff0e/outside/secret.csv",
            $"idx:\u202e{secret}",
            "idx:/etc/passwd\0.jpg",
            "idx:/etc/pass\nwd",
            "idx:~/.ssh/id_rsa",
            "idx:file:///etc/passwd",
            "idx:\\etc\\passwd",
            "folder:..",
            "folder:../../..",
            "idx:../../../../../../etc/passwd",
            "folder:.,labels=../../../../../etc/passwd",
            $"idx:/{new string('a', 5000)}",
            $"idx:{string.Concat(Enumerable.Repeat("/..", 400))}/etc/passwd",
            $"idx:{new string('/', 200)}etc/passwd",
            "/etc/passwd",
            "file:/etc/passwd",
            "+",
            "idx:",
            "idx:@0..1",
            "idx:/etc/passwd@0..1",
            "idx:/etc/passwd+idx:/etc/shadow+folder:/root",
        ];
    }

    private async Task<JobSpec> FineAsync(RealSilo silo)
    {
        byte[] Read(string name) => File.ReadAllBytes(Path.Combine(_disk.Shared, name));
        string tar = await silo.UploadAsync(
            SampleTar.Of(("images-idx3-ubyte", Read("images-idx3-ubyte")), ("labels-idx1-ubyte", Read("labels-idx1-ubyte"))));
        return new JobSpec
        {
            Model = await silo.UploadAsync(Read("tiny.onnx")),
            Calibration = new DataSet { Artefact = tar, Spec = "idx:images-idx3-ubyte" },
            Preprocess = Encoding.UTF8.GetString(Read("tiny.preprocess.json")),
            Methods = { "max" },
            Batch = 4,
            Reconstruct = ReconstructionMode.Never,
        };
    }

    private async Task<RpcException> RefusedAsync<T>(AsyncUnaryCall<T> call, string what)
    {
        using (call)
        {
            return await RefusedAsync(call.ResponseAsync, what);
        }
    }

    private async Task<RpcException> RefusedAsync(Task call, string what)
    {
        var error = await Should.ThrowAsync<RpcException>(call, what);
        var details = error.Trailers.Where(trailer => trailer.IsBinary).Select(trailer => Encoding.UTF8.GetString(trailer.ValueBytes));
        RequireSilent(string.Join('\n', details.Prepend(error.Status.Detail)), what);
        return error;
    }

    private void RequireSilent(string told, string what)
    {
        told.ShouldNotContain(PlantedFiles.Secret, Case.Insensitive, what);
        told.ShouldNotContain("root:", Case.Sensitive, what);
        told.ShouldNotContain("first line", Case.Sensitive, what);
        if (!what.Contains(_disk.Data, StringComparison.Ordinal))
        {
            told.ShouldNotContain(_disk.Data, Case.Sensitive, what);
        }
    }
}
