using System.Formats.Tar;
using Cluster.Contract.V1;

namespace Cluster.Silo.Tests.Api;

/// <summary>What strangers may learn of a server's disk by naming files of it: nothing, unless its operator has shared them.</summary>
[Long]
public sealed class HostileSpecTests(HostileSilo closed, SharingSilo sharing) : IClassFixture<HostileSilo>, IClassFixture<SharingSilo>
{
    // Which data a text is given for; it counts as a path on the server's disk, and for the last one as one in an archive.
    private static readonly Action<JobSpec, string>[] Roles =
    [
        (spec, text) => spec.Calibration = new DataSet { Spec = text },
        (spec, text) => spec.Evaluation = new DataSet { Spec = text },
        (spec, text) => spec.Test = new DataSet { Spec = text },
        (spec, text) => (spec.Training, spec.FineTune) = (new DataSet { Spec = text }, FineTuneMode.Always),
        (spec, text) => spec.Calibration.Spec = text,
    ];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task CreateJob_SpecOfTheServersFiles_IsRefusedAndTellsNothing(bool shares)
    {
        var at = shares ? sharing : closed;
        var before = await at.Silo.Jobs.ListJobsAsync(new ListJobsRequest(), cancellationToken: Cancellation);
        foreach (var (text, i) in Specs(at.Disk).Select((text, i) => (text, i)))
        {
            foreach (var role in new[] { Roles[i % 4], Roles[4] })
            {
                var spec = at.Fine.Clone();
                role(spec, text);
                var error = await RefusedAsync(
                    at, at.Silo.Jobs.CreateJobAsync(new CreateJobRequest { Spec = spec, ValidateOnly = i / 4 % 2 == 0 }), text);
                error.StatusCode.ShouldBe(StatusCode.InvalidArgument, $"{text}: {error.Status.Detail}");
            }
        }

        (await at.Silo.Jobs.ListJobsAsync(new ListJobsRequest(), cancellationToken: Cancellation)).ShouldBe(before);
    }

    [Fact]
    public async Task CreateJob_MetricOfTheClientWithoutItsName_IsRefused()
    {
        var spec = closed.Fine.Clone();
        (spec.Metric, spec.MaxDrop) = (MetricKind.Score, 0.1);

        var error = await RefusedAsync(
            closed, closed.Silo.Jobs.CreateJobAsync(new CreateJobRequest { Spec = spec, ValidateOnly = true }), "nothing");

        error.StatusCode.ShouldBe(StatusCode.InvalidArgument);
        error.Status.Detail.ShouldContain("is what a command of yours prints");
    }

    [Fact]
    public async Task CreateJob_UnexecutableModel_IsRefusedWithoutBlockingSlots()
    {
        var (silo, spec) = (closed.Silo, closed.Fine.Clone());
        spec.Model = await silo.UploadAsync(UnexecutableModel.File);

        for (int time = 0; time < 3; time++)
        {
            // The first one waits for as long as a node takes to start its child.
            var request = new CreateJobRequest { Spec = spec, ValidateOnly = time == 0 };
            var error = await RefusedAsync(closed, silo.Jobs.CreateJobAsync(request), "a node");
            error.StatusCode.ShouldBe(StatusCode.InvalidArgument, error.Status.Detail);
            error.Status.Detail.ShouldStartWith(
                "The model cannot be executed in FP32, which was tried with the first calibration images: ");
            error.Status.Detail.ShouldContain(UnexecutableModel.Name);
            error.Detail<Google.Rpc.BadRequest>()!.FieldViolations.Single().Field.ShouldBe("spec.model");
        }

        var created = await silo.Jobs.CreateJobAsync(new CreateJobRequest { Spec = closed.Fine }, cancellationToken: Cancellation);
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
        var spec = closed.Fine.Clone();
        spec.Calibration = new DataSet { Spec = "folder:/tmp,labels=/etc/passwd" };
        var error = await RefusedAsync(
            closed, closed.Silo.Jobs.CreateJobAsync(new CreateJobRequest { Spec = spec, ValidateOnly = true }), "etc");
        error.Status.Detail.ShouldContain("'/tmp'");
        error.Status.Detail.ShouldContain("upload the data");
        error.Status.Detail.ShouldContain("--shared-data");
        error.Detail<Google.Rpc.BadRequest>()!.FieldViolations.Single().Field.ShouldBe("spec.calibration.spec");
    }

    [Fact]
    public async Task CreateJob_OtherFields_TellNothing()
    {
        var silo = sharing.Silo;
        string secret = Path.Combine(sharing.Disk.Outside, "secret.csv");
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
            var spec = sharing.Fine.Clone();
            attack(spec);
            var request = new CreateJobRequest { Spec = spec, DisplayName = "../x", ValidateOnly = number % 2 == 0 };
            await RefusedAsync(sharing, silo.Jobs.CreateJobAsync(request), $"attack {number}");
        }
    }

    [Fact]
    public async Task NamedCalls_HostileName_AreRefusedWithoutDetails()
    {
        var silo = closed.Silo;
        string secret = Path.Combine(closed.Disk.Outside, "secret.csv");
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
            await RefusedAsync(closed, download.ResponseStream.MoveNext(Cancellation), name);
            using var watch = silo.Jobs.WatchJob(new WatchJobRequest { Name = name });
            await RefusedAsync(closed, watch.ResponseStream.MoveNext(Cancellation), name);
            using var upload = silo.Files.UploadArtefact();
            await RefusedAsync(closed, Uploads.SendAsync(upload, new UploadArtefactHeader { Sha256 = name, SizeBytes = 1 }, [1]), name);
            await RefusedAsync(closed, silo.Jobs.GetJobAsync(new GetJobRequest { Name = name }), name);
            await RefusedAsync(closed, silo.Jobs.ListCandidatesAsync(new ListCandidatesRequest { Parent = name }), name);
            await RefusedAsync(closed, silo.Jobs.CancelJobAsync(new CancelJobRequest { Name = name, Reason = secret }), name);
            await RefusedAsync(closed, silo.Jobs.PauseJobAsync(new PauseJobRequest { Name = name }), name);
            await RefusedAsync(closed, silo.Jobs.ResumeJobAsync(new ResumeJobRequest { Name = name }), name);
            await RefusedAsync(closed, silo.Jobs.DeleteJobAsync(new DeleteJobRequest { Name = name }), name);
        }
    }

    [Fact]
    public async Task Job_DataOfASharedFolder_RunsAndShowsNoPathOfTheServers()
    {
        var (silo, spec, shared) = (sharing.Silo, sharing.Fine.Clone(), sharing.Disk.Shared);
        spec.Calibration = new DataSet { Spec = $"idx:{shared}/images-idx3-ubyte@0..40+idx:{shared}/images-idx3-ubyte@40..90" };
        spec.Test = new DataSet { Spec = $"idx:{shared}/inside,labels={shared}/labels-idx1-ubyte" };
        var job = (await silo.Jobs.CreateJobAsync(new CreateJobRequest { Spec = spec }, cancellationToken: Cancellation)).Job;
        var told = new StringBuilder().AppendJoin('\n', await ApiHost.WatchAsync(silo.Jobs, job.Name));
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

        RequireSilent(sharing, told.ToString(), "a whole job");
    }

    // Paths that are not shared, and files of the shared folder that hold no data of their scheme.
    private static IEnumerable<string> Specs(PlantedFiles disk)
    {
        string secret = Path.Combine(disk.Outside, "secret.csv");
        string shared = disk.Shared;
        return
        [
            "folder:/tmp,labels=/etc/passwd",
            "folder:/tmp,labels=/proc/self/environ",
            "idx:/etc/passwd",
            "folder:/etc",
            "folder:/",
            "idx:/proc/self/environ",
            "folder:/proc/self,labels=environ",
            $"idx:{secret}",
            $"folder:{disk.Outside},labels={secret}",
            $"folder:{disk.Data}",
            $"idx:{disk.Data}/page-token.key",
            $"idx:{shared}/../outside/secret.csv",
            $"folder:{shared}/images,labels={shared}/../outside/secret.csv",
            $"folder:{shared}/images,labels=../../outside/secret.csv",
            $"idx:{shared}/images-idx3-ubyte+idx:{secret}",
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
            "idx:../../../../../../etc/passwd",
            "folder:.,labels=../../../../../etc/passwd",
            $"idx:/{new string('a', 5000)}",
            $"idx:{string.Concat(Enumerable.Repeat("/..", 400))}/etc/passwd",
            $"idx:{new string('/', 200)}etc/passwd",
            "/etc/passwd",
            "+",
            "idx:",
            "idx:@0..1",
            "idx:/etc/passwd@0..1",
        ];
    }

    private static async Task<RpcException> RefusedAsync<T>(HostileSilo at, AsyncUnaryCall<T> call, string what)
    {
        using (call)
        {
            return await RefusedAsync(at, call.ResponseAsync, what);
        }
    }

    private static async Task<RpcException> RefusedAsync(HostileSilo at, Task call, string what)
    {
        var error = await Should.ThrowAsync<RpcException>(call, what);
        var details = error.Trailers.Where(trailer => trailer.IsBinary).Select(trailer => Encoding.UTF8.GetString(trailer.ValueBytes));
        RequireSilent(at, string.Join('\n', details.Prepend(error.Status.Detail)), what);
        return error;
    }

    private static void RequireSilent(HostileSilo at, string told, string what)
    {
        told.ShouldNotContain(PlantedFiles.Secret, Case.Insensitive, what);
        told.ShouldNotContain("root:", Case.Sensitive, what);
        told.ShouldNotContain("first line", Case.Sensitive, what);
        if (!what.Contains(at.Disk.Data, StringComparison.Ordinal))
        {
            told.ShouldNotContain(at.Disk.Data, Case.Sensitive, what);
        }
    }
}
