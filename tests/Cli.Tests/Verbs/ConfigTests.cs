namespace Cluster.Cli.Tests.Verbs;

/// <summary>What `run --config` says of a file before any work.</summary>
public sealed class ConfigTests : IDisposable
{
    private readonly WorkFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("max-drop: 0,5%", "line 3: --max-drop: '0,5%' is not a share; write 0.5% or 0.005.")]
    [InlineData("batch: 0", "line 3: --batch must be 1 to 4096, not 0.")]
    [InlineData("batch: many", "line 3: --batch must be a whole number, not 'many'.")]
    [InlineData("goal: quickest", "line 3: --goal must be fastest, front, or accurate with a budget, not quickest: choose one of them.")]
    [InlineData("keep-fp32: ['']", "line 3: keep-fp32 is empty: give a value, or delete the line.")]
    [InlineData("eval: pictures", "line 3: The data 'pictures' has no known scheme before it:")]
    [InlineData("workers: 2", "line 3: 'workers' is no option of a job, which are model, data, eval, test, train, preprocess and those of")]
    public async Task Run_AValueOfTheFile_IsRefusedInTheWordsOfTheCommandLine(string line, string said)
    {
        string file = _folder.Write("job.yaml", $"model: net.onnx\ndata: folder:calib\n{line}\n");

        (await CommandLineRun.OfAsync("run", "--config", file, "-o", _folder["out"])).ShouldBeRefused($"cluster: {file}, {said}");
    }

    [Fact]
    public async Task Run_TheCommandLine_WinsOverTheFile()
    {
        string file = _folder.Write("job.yaml", "model: net.onnx\ndata: folder:calib\nbatch: 0\n");

        (await CommandLineRun.OfAsync("run", "--config", file, "--batch", "-2", "-o", _folder["out"]))
            .ShouldBeRefused("cluster: --batch must be 1 to 4096, not -2.");
    }

    [Fact]
    public async Task Run_PathsOfTheFile_AreRelativeToIt()
    {
        string file = _folder.Write("jobs/job.yaml", "model: ../net.onnx\ndata: folder:calib\n");

        (await CommandLineRun.OfAsync("run", "--config", file, "-o", _folder["out"]))
            .ShouldBeRefused(Path.Combine(_folder["jobs"], "../net.onnx"), ExitCode.NotFound);
    }

    [Theory]
    [InlineData("absent.yaml", "There is no file")]
    [InlineData("jobs", "is a folder: name the file in it, such as")]
    public async Task Run_NoSuchFile_IsNotFound(string name, string said)
    {
        _folder.Write("jobs/a", "");

        (await CommandLineRun.OfAsync("run", "--config", _folder[name], "-o", _folder["out"])).ShouldBeRefused(said, ExitCode.NotFound);
    }

    [Fact]
    public async Task Run_HelpBesideAFile_IsHelp() =>
        (await CommandLineRun.OfAsync("run", "--config", "absent.yaml", "--help")).Code.ShouldBe(ExitCode.Done);
}
