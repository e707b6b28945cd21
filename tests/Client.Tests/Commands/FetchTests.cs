using System.Text.Json;
using Cluster.Terminal.Jobs;

namespace Cluster.Client.Tests.Commands;

public sealed class FetchTests : IAsyncLifetime
{
    private readonly WorkFolder _folder = new();
    private readonly byte[] _model = new byte[9_500];
    private FakeServer _server = null!;
    private Artefact _artefact = null!;

    private string Out => _folder["out"];

    private string Part => Path.Combine(Out, $"winner.qdq.onnx.{_artefact.Sha256[..16]}.part");

    public async ValueTask InitializeAsync()
    {
        new Random(3).NextBytes(_model);
        _server = await FakeServer.StartAsync();
        _artefact = _server.State.Publish("winner.qdq.onnx", _model);
        var job = Samples.Job("a", JobState.Succeeded);
        job.Artefacts.Add(_artefact);
        job.Artefacts.Add(_server.State.Publish("calibration/notes.txt", "hello"u8.ToArray()));
        _server.State.Jobs.Add(job);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Fetch_Everything_PutsEachFileInItsPlaceOnce()
    {
        var run = await FetchAsync();
        run.Code.ShouldBe(ExitCode.Done, run.Error);
        Fetched("winner.qdq.onnx").ShouldBe(_model);
        Fetched("calibration/notes.txt").ShouldBe("hello"u8.ToArray());
        run.Lines.Count.ShouldBe(3);
        string config = await File.ReadAllTextAsync(Path.Combine(Out, "job.yaml"), TestContext.Current.CancellationToken);
        config.ShouldContain("# data: folder:calib in artefacts/11\n");
        JobYaml.Parse(config, "job.yaml").ShouldNotBeEmpty();
        await File.WriteAllTextAsync(Path.Combine(Out, "job.yaml"), "mine", TestContext.Current.CancellationToken);
        Directory.GetFiles(Out, "*.part", SearchOption.AllDirectories).ShouldBeEmpty();
        int before = Downloads.Count;
        (await FetchAsync()).Output.ShouldContain("9.5 kB, was there already");
        Downloads.Count.ShouldBe(before);
        Fetched("job.yaml").ShouldBe("mine"u8.ToArray());
    }

    [Fact]
    public async Task Fetch_OnlyOne_LeavesTheOthers()
    {
        await FetchAsync("--only", "calibration/notes.txt");
        Downloads.Count.ShouldBe(1);
        File.Exists(Path.Combine(Out, "winner.qdq.onnx")).ShouldBeFalse();
        var run = await FetchAsync("--only", "nothing");
        run.Code.ShouldBe(ExitCode.NotFound);
        run.Error.ShouldContain("has published no 'nothing'; it has winner.qdq.onnx, calibration/notes.txt");
    }

    [Fact]
    public async Task Fetch_ConnectionBreaks_GoesOnWhereItBroke()
    {
        _server.State.DownloadBreaks.Enqueue(4_000);
        _server.State.DownloadBreaks.Enqueue(2_000);
        var run = await FetchAsync("--only", "winner.qdq.onnx");
        run.Code.ShouldBe(ExitCode.Done, run.Error);
        Fetched("winner.qdq.onnx").ShouldBe(_model);
        Downloads.ShouldBe([0, 4_000, 6_000]);
    }

    [Fact]
    public async Task Fetch_ServerGone_KeepsThePartAndALaterCallGoesOn()
    {
        _server.State.DownloadBreaks.Enqueue(4_000);
        for (int i = 0; i < 11; i++)
        {
            _server.State.DownloadBreaks.Enqueue(0);
        }

        var broken = await FetchAsync("--only", "winner.qdq.onnx");
        broken.Code.ShouldBe(ExitCode.Unavailable);
        new FileInfo(Part).Length.ShouldBe(4_000);
        _server.State.DownloadBreaks.Clear();
        _server.State.Calls.Clear();

        var run = await FetchAsync("--only", "winner.qdq.onnx", "--json");
        run.Code.ShouldBe(ExitCode.Done, run.Error);
        Downloads.ShouldBe([4_000]);
        Fetched("winner.qdq.onnx").ShouldBe(_model);
        var file = JsonDocument.Parse(run.Output).RootElement.GetProperty("files")[0];
        file.GetProperty("transferredBytes").GetInt64().ShouldBe(5_500);
        file.GetProperty("sha256").GetString().ShouldBe(_artefact.Sha256);
    }

    [Fact]
    public async Task Fetch_WrongBytes_AreRefusedAndNothingIsLeft()
    {
        _server.State.CorruptsDownloads = true;
        var run = await FetchAsync("--only", "winner.qdq.onnx");
        run.Code.ShouldBe(ExitCode.Failed);
        run.Error.ShouldContain($"is not the file with SHA-256 {_artefact.Sha256}");
        Directory.GetFiles(Out).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(4_000)]
    [InlineData(9_500)]
    [InlineData(20_000)]
    public async Task Fetch_PartOfAnotherFile_IsFetchedFromItsBeginning(int length)
    {
        Directory.CreateDirectory(Out);
        await File.WriteAllBytesAsync(Part, new byte[length]);
        var run = await FetchAsync("--only", "winner.qdq.onnx");
        run.Code.ShouldBe(ExitCode.Done, run.Error);
        Fetched("winner.qdq.onnx").ShouldBe(_model);
        Downloads[^1].ShouldBe(0);
    }

    [Fact]
    public async Task Fetch_OlderFileInThePlace_IsReplaced()
    {
        _folder.Write("out/winner.qdq.onnx", "older");
        (await FetchAsync()).Code.ShouldBe(ExitCode.Done);
        Fetched("winner.qdq.onnx").ShouldBe(_model);
    }

    [Fact]
    public async Task Fetch_EmptyFile_IsAFile()
    {
        _server.State.Jobs[0].Artefacts.Add(_server.State.Publish("empty", []));
        (await FetchAsync("--only", "empty")).Code.ShouldBe(ExitCode.Done);
        Fetched("empty").ShouldBeEmpty();
    }

    [Theory]
    [InlineData("../evil", null)]
    [InlineData("fine", "../../../../evil")]
    public async Task Fetch_PathTraversal_IsRefused(string role, string? sha)
    {
        var artefact = _server.State.Publish(role, [1]);
        artefact.Sha256 = sha ?? artefact.Sha256;
        _server.State.Jobs[0].Artefacts.Add(artefact);
        var run = await FetchAsync("--only", role);
        run.Code.ShouldBe(ExitCode.Failed);
        Directory.EnumerateFiles(_folder.Root, "*", SearchOption.AllDirectories).ShouldBeEmpty();
    }

    [Fact]
    public async Task Fetch_NothingPublished_IsRefused()
    {
        _server.State.Jobs.Add(Samples.Job("b"));
        var run = await ClientRun.OfAsync(_server, "fetch", "b", "-o", Out);
        run.Code.ShouldBe(ExitCode.Failed);
        run.Error.ShouldContain("jobs/b is running and has published nothing");
    }

    private List<long> Downloads => [.. _server.State.Requests<DownloadArtefactRequest>().Select(request => request.Offset)];

    private byte[] Fetched(string name) => File.ReadAllBytes(Path.Combine(Out, name));

    private Task<ClientRun> FetchAsync(params string[] options) => ClientRun.OfAsync(_server, ["fetch", "jobs/a", "-o", Out, .. options]);
}
