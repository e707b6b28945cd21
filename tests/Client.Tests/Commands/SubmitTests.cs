using System.Formats.Tar;

namespace Cluster.Client.Tests.Commands;

public sealed class SubmitTests : IAsyncLifetime
{
    private readonly WorkFolder _folder = new();
    private readonly byte[] _modelBytes = new byte[3 << 20];
    private FakeServer _server = null!;
    private string _model = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await FakeServer.StartAsync();
        new Random(5).NextBytes(_modelBytes);
        _model = _folder.Write("net.onnx", _modelBytes);
        _folder.Write("net.preprocess.json", """{"color": "RGB"}""");
        _folder.Write("train.bin", "train");
        _folder.Write("val/a.jpg", "a");
        _folder.Write("val.csv", "file,label\na.jpg,1\n");
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Submit_Usual_UploadsWhatTheSpecNamesAndPrintsTheJob()
    {
        var run = await SubmitAsync("--eval", $"folder:{_folder["val"]},labels={_folder["val.csv"]}", "--name", "my job");

        run.Code.ShouldBe(ExitCode.Done, run.Error);
        run.Output.ShouldBe("jobs/new0\n");
        var request = Created.ShouldHaveSingleItem();
        request.DisplayName.ShouldBe("my job");
        run.Error.ShouldContain($"request id {request.RequestId} ");
        Guid.TryParse(request.RequestId, out _).ShouldBeTrue();
        request.Spec.ShouldBe(new JobSpec
        {
            Model = $"artefacts/{Sha(_modelBytes)}",
            Calibration = new DataSet { Artefact = request.Spec.Calibration.Artefact, Spec = "cifar10:train.bin@0..9" },
            Evaluation = new DataSet { Artefact = request.Spec.Evaluation.Artefact, Spec = "folder:val,labels=val.csv" },
            Preprocess = """{"color": "RGB"}""",
            Target = "onnxruntime-cpu",
            Methods = { "max", "percentile:99.99", "kl", "mse" },
            Batch = 32,
            Threads = 1,
        });
        _server.State.Store[Sha(_modelBytes)].ShouldBe(_modelBytes);
        (await NamesAsync(request.Spec.Calibration)).ShouldBe(["train.bin"]);
        (await NamesAsync(request.Spec.Evaluation)).ShouldBe(["val.csv", "val/a.jpg"]);
        run.Error.ShouldContain($"cluster: net.onnx: uploaded (3.15 MB, SHA-256 {Sha(_modelBytes)[..12]}).");
    }

    [Fact]
    public async Task Submit_AFileOfAJob_IsThatJobAndTheCommandLineWins()
    {
        string file = _folder.Write(
            "job.yaml", "model: net.onnx\ndata: cifar10:train.bin@0..9\nbatch: 4\nmethods: [max, kl]\nthreads: 2\n");

        var run = await ClientRun.OfAsync(_server, ["submit", "--config", file, "--batch", "8"]);

        run.Code.ShouldBe(ExitCode.Done, run.Error);
        var spec = Created.ShouldHaveSingleItem().Spec;
        (spec.Batch, spec.Threads, string.Join(' ', spec.Methods)).ShouldBe((8, 2, "max kl"));
        (await NamesAsync(spec.Calibration)).ShouldBe(["train.bin"]);
    }

    [Fact]
    public async Task Submit_ModelWithDataInAnotherFile_UploadsOneFile()
    {
        // A graph with one float whose value lies in w.bin.
        byte[] location = [0x6A, 17, 0x0A, 8, .. "location"u8, 0x12, 5, .. "w.bin"u8];
        _folder.Write("w.bin", [1, 2, 3, 4]);
        _model = _folder.Write("net.onnx", [0x3A, 25, 0x2A, 23, 0x08, 1, 0x10, 1, .. location]);
        byte[] whole = [0x3A, 12, 0x2A, 10, 0x08, 1, 0x10, 1, 0x4A, 4, 1, 2, 3, 4];

        var run = await SubmitAsync();

        run.Code.ShouldBe(ExitCode.Done, run.Error);
        _server.State.Store[Sha(whole)].ShouldBe(whole);
        Created.Single().Spec.Model.ShouldBe($"artefacts/{Sha(whole)}");
    }

    [Fact]
    public async Task Submit_DataOfTheModelMissing_IsSaidBeforeAnyUpload()
    {
        byte[] location = [0x6A, 17, 0x0A, 8, .. "location"u8, 0x12, 5, .. "w.bin"u8];
        _model = _folder.Write("net.onnx", [0x3A, 25, 0x2A, 23, 0x08, 1, 0x10, 1, .. location]);

        var run = await SubmitAsync();

        run.Code.ShouldBe(ExitCode.NotFound, run.Error);
        run.Error.ShouldContain("keeps its data in the file 'w.bin', which is not there; put it into");
        _server.State.Store.ShouldBeEmpty();
    }

    [Fact]
    public async Task Submit_MaxDropOfManyPointsWithoutPercent_IsRefusedAndWithPercentSaidAndSubmitted()
    {
        var refused = await SubmitAsync("--max-drop", "0.5");
        refused.Code.ShouldBe(ExitCode.Usage);
        refused.Error.ShouldContain("--max-drop 0.5 is a fraction, 50 %: write 0.5%, or 50% if so much may be lost.");

        var run = await SubmitAsync("--max-drop", "50%");
        run.Code.ShouldBe(ExitCode.Done, run.Error);
        run.Error.ShouldContain("cluster: warning: --max-drop 50% accepts a loss of up to 50 points");
        Created.Single().Spec.MaxDrop.ShouldBe(0.5);
    }

    [Fact]
    public async Task Submit_EveryFileAndSomeOptions_AreInTheSpec()
    {
        string preprocess = _folder.Write("other.json", "{}");
        var run = await SubmitAsync(
            "--test", $"cifar10:{_folder["train.bin"]}@9..", "--preprocess", preprocess, "--max-drop", "1%", "--methods", "max, mse",
            "--target", "other", "--train", $"cifar10:{_folder["train.bin"]}@0..9", "--fine-tune", "always", "--request-id",
            "0b8e0b5e-7a0b-4b9e-9c0c-0123456789ab");

        run.Code.ShouldBe(ExitCode.Done, run.Error);
        var request = Created.Single();
        request.RequestId.ShouldBe("0b8e0b5e-7a0b-4b9e-9c0c-0123456789ab");
        var spec = request.Spec;
        spec.Preprocess.ShouldBe("{}");
        (spec.MaxDrop, spec.Target, spec.FineTune).ShouldBe((0.01, "other", FineTuneMode.Always));
        spec.Methods.ShouldBe(["max", "mse"]);
        spec.Test.ShouldBe(new DataSet { Artefact = spec.Calibration.Artefact, Spec = "cifar10:train.bin@9.." });
        spec.Evaluation.ShouldBeNull();
        spec.Training.ShouldBe(new DataSet { Artefact = spec.Calibration.Artefact, Spec = "cifar10:train.bin@0..9" });
    }

    [Fact]
    public async Task Submit_UploadLosesItsFirstMessage_SendsItAgain()
    {
        _server.State.LostHeaders.Enqueue(true);

        var run = await SubmitAsync();

        run.Code.ShouldBe(ExitCode.Done, run.Error);
        _server.State.LostHeaders.ShouldBeEmpty();
        _server.State.Store[Sha(_modelBytes)].ShouldBe(_modelBytes);
    }

    [Fact]
    public async Task Submit_EveryUploadLosesItsFirstMessage_SaysSo()
    {
        for (int i = 0; i < 20; i++)
        {
            _server.State.LostHeaders.Enqueue(true);
        }

        var run = await SubmitAsync();

        run.Code.ShouldBe(ExitCode.Usage, run.Error);
        run.Error.ShouldContain("does not begin with a header (HEADER_MISSING)");
    }

    [Fact]
    public async Task Submit_SlicesOfOneFile_UploadItOnce()
    {
        await SubmitAsync("--eval", $"cifar10:{_folder["train.bin"]}@9..20");
        _server.State.Requests<UploadArtefactHeader>().Count().ShouldBe(2);
    }

    [Fact]
    public async Task Submit_ServerHasTheFiles_SendsNextToNothing()
    {
        await SubmitAsync();
        _server.State.Received.Clear();
        var run = await SubmitAsync();
        run.Code.ShouldBe(ExitCode.Done, run.Error);
        run.Error.ShouldContain("net.onnx: the server has it already");
        _server.State.Received.ShouldBe([0, 0]);
        Created[0].Spec.ShouldBe(Created[1].Spec);
        Created[0].RequestId.ShouldNotBe(Created[1].RequestId);
    }

    [Fact]
    public async Task Submit_ServerUnavailableInBetween_SendsTheSameRequestIdAndMakesOneJob()
    {
        _server.State.Fail("UploadArtefact", FakeState.Unavailable());
        _server.State.Fail("CreateJob", FakeState.Unavailable(), FakeState.Unavailable());
        var run = await SubmitAsync();
        run.Code.ShouldBe(ExitCode.Done, run.Error);
        Created.Count.ShouldBe(3);
        Created.Select(request => request.RequestId).Distinct().ShouldHaveSingleItem();
        _server.State.Jobs.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Submit_ConnectionBreaksDuringAnUpload_SendsItAgain()
    {
        _server.State.UploadBreaks.Enqueue(1 << 20);
        _server.State.UploadBreaks.Enqueue(2 << 20);
        var run = await SubmitAsync();
        run.Code.ShouldBe(ExitCode.Done, run.Error);
        _server.State.Store[Sha(_modelBytes)].ShouldBe(_modelBytes);
        _server.State.Jobs.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Submit_DryRun_EstimatesAndSubmitsNothing()
    {
        var run = await SubmitAsync("--dry-run");
        run.Code.ShouldBe(ExitCode.Done, run.Error);
        Created.Single().ValidateOnly.ShouldBeTrue();
        run.Rows[1].ShouldBe("conv1 Conv+Relu 41.0 M 864 3x3, 32 channels");
        run.Output.ShouldContain("1 groups to decide about");
        run.Output.ShouldContain("stay in FP32, as the target does not execute them in 8 bits: Softmax");
        run.Output.ShouldContain("about 34 accuracy evaluations, about 05:00");
        run.Error.ShouldNotContain("request id");
        _server.State.Jobs.ShouldBeEmpty();
        JsonParser.Default.Parse<CreateJobResponse>((await SubmitAsync("--dry-run", "--json")).Output)
            .Estimate.Evaluations.ShouldBe(34);
    }

    [Fact]
    public async Task Submit_SharedPaths_UploadsTheModelAlone()
    {
        var run = await SubmitAsync("--shared-paths", "--eval", "folder:/mnt/val,labels=/mnt/val.csv");
        run.Code.ShouldBe(ExitCode.Done, run.Error);
        _server.State.Requests<UploadArtefactHeader>().Count().ShouldBe(1);
        Created.Single().Spec.Calibration.ShouldBe(new DataSet { Spec = $"cifar10:{_folder["train.bin"]}@0..9" });
        Created.Single().Spec.Evaluation.ShouldBe(new DataSet { Spec = "folder:/mnt/val,labels=/mnt/val.csv" });
    }

    [Fact]
    public async Task Submit_Json_IsTheResponse()
    {
        var run = await SubmitAsync("--json");
        JsonParser.Default.Parse<CreateJobResponse>(run.Output).Job.ShouldBe(_server.State.Jobs.Single());
        Created.ShouldHaveSingleItem().DisplayName.ShouldBe("net", "a job without a name is called as its model");
    }

    [Fact]
    public async Task Submit_SeveralTargets_MakesAJobForEachOnceFromFilesUploadedOnce()
    {
        string[] options = ["--target", "a,b", "--name", "net", "--request-id", "0b8e0b5e-7a0b-4b9e-9c0c-0123456789ab"];

        var run = await SubmitAsync(options);
        var again = await SubmitAsync([.. options, "--json"]);

        run.Code.ShouldBe(ExitCode.Done, run.Error);
        run.Output.ShouldBe("jobs/new0\njobs/new1\n");
        run.Error.ShouldContain("request id 0b8e0b5e-7a0b-4b9e-9c0c-0123456789ab ");
        run.Error.ShouldContain("follow it for b with ./cluster watch jobs/new1");
        _server.State.Jobs.Select(job => (job.Spec.Target, job.DisplayName)).ShouldBe([("a", "net, a"), ("b", "net, b")]);
        Created.Take(4).Select(request => request.ValidateOnly).ShouldBe([true, true, false, false]);
        Created[2].RequestId.ShouldNotBe(Created[3].RequestId);
        _server.State.Store.Count.ShouldBe(2, "the network and the calibration data");
        again.Code.ShouldBe(ExitCode.Done, again.Error);
        again.Lines.Select(line => JsonParser.Default.Parse<CreateJobResponse>(line).Job.Name).ShouldBe(["jobs/new0", "jobs/new1"]);
    }

    [Fact]
    public async Task Submit_OneOfSeveralTargetsIsRefused_MakesNoJob()
    {
        _server.State.Fail("CreateJob", null, FakeState.Error(StatusCode.InvalidArgument, "SPEC_INVALID", "The target is 'b'."));
        var run = await SubmitAsync("--target", "a,b");
        run.Code.ShouldBe(ExitCode.Usage);
        _server.State.Jobs.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("a,")]
    [InlineData("a,b,a")]
    public async Task Submit_TargetsThatAreNoList_AreRefusedBeforeAnythingIsSent(string targets)
    {
        var run = await SubmitAsync("--target", targets);
        run.Code.ShouldBe(ExitCode.Usage);
        run.Error.ShouldContain($"--target must be different names between commas, not '{targets}'");
        _server.State.Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task Submit_SeveralTargetsWatched_FollowsEach()
    {
        _server.State.AddState(JobState.Running);
        _server.State.AddState(JobState.Succeeded, "because");
        var run = await SubmitAsync("--target", "a,b", "--watch");
        run.Code.ShouldBe(ExitCode.Done, run.Error);
        run.Error.ShouldContain("submitted jobs/new1 for b");
        run.Output.ShouldContain("jobs/new0 succeeded");
        run.Output.ShouldContain("jobs/new1 succeeded");
    }

    [Fact]
    public async Task Submit_DryRunOfSeveralTargets_EstimatesEach()
    {
        var run = await SubmitAsync("--target", "a,b", "--dry-run");
        run.Code.ShouldBe(ExitCode.Done, run.Error);
        run.Lines.Where(line => line is "a:" or "b:").ShouldBe(["a:", "b:"]);
        _server.State.Jobs.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(JobState.Succeeded, ExitCode.Done)]
    [InlineData(JobState.Failed, ExitCode.Failed)]
    [InlineData(JobState.Failed, ExitCode.Usage, JobFault.Request)]
    [InlineData(JobState.Failed, ExitCode.NotFound, JobFault.Missing)]
    [InlineData(JobState.Cancelled, ExitCode.Failed)]
    public async Task Submit_Watch_EndsAsTheJobDoes(JobState end, int code, JobFault failsOn = JobFault.Unspecified)
    {
        _server.State.AddState(JobState.Running);
        _server.State.AddState(end, "because");
        _server.State.FailsOn = failsOn;
        var run = await SubmitAsync("--watch");
        run.Code.ShouldBe(code, run.Error);
        run.Lines[0].ShouldEndWith("Z  running");
        run.Lines[1].ShouldEndWith($"Z  {end.ToString().ToLowerInvariant()}: because");
        run.Lines[2].ShouldBe($"jobs/new0 {end.ToString().ToLowerInvariant()}: because");
    }

    [Fact]
    public async Task Submit_SomethingMissing_IsNotFoundBeforeAnythingIsSent()
    {
        foreach (string[] options in new[]
        {
            new[] { "--eval", "folder:/nowhere" },
            ["--preprocess", "/nowhere.json"],
        })
        {
            var run = await SubmitAsync(options);
            run.Code.ShouldBe(ExitCode.NotFound, run.Error);
            run.Error.ShouldContain("nowhere");
        }

        (await ClientRun.OfAsync(_server, "submit", "--model", "/nowhere.onnx", "--data", "folder:x")).Code.ShouldBe(ExitCode.NotFound);
        File.Delete(_folder["net.preprocess.json"]);
        (await SubmitAsync()).Error.ShouldContain("there is no preprocessing file");
        _server.State.Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task Submit_PreprocessingThatIsNoJson_IsRefused()
    {
        _folder.Write("net.preprocess.json", "{");
        var run = await SubmitAsync();
        run.Code.ShouldBe(ExitCode.Failed);
        run.Error.ShouldContain("is not JSON");
    }

    private List<CreateJobRequest> Created => [.. _server.State.Requests<CreateJobRequest>()];

    private static string Sha(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private async Task<List<string>> NamesAsync(DataSet set)
    {
        byte[] tar = _server.State.Store[set.Artefact["artefacts/".Length..]];
        Sha(tar).ShouldBe(set.Artefact["artefacts/".Length..]);
        var names = new List<string>();
        await using var reader = new TarReader(new MemoryStream(tar));
        while (await reader.GetNextEntryAsync() is { } entry)
        {
            names.Add(entry.Name);
        }

        return names;
    }

    private Task<ClientRun> SubmitAsync(params string[] options) =>
        ClientRun.OfAsync(_server, ["submit", "--model", _model, "--data", $"cifar10:{_folder["train.bin"]}@0..9", .. options]);
}
