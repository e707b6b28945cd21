using System.Runtime.Intrinsics;

namespace Cluster.EndToEnd.Cluster;

/// <summary>The Python package, installed by pip from this checkout, against silos that it starts itself.</summary>
[Long]
public sealed class PythonPackageTests(PythonPackage package) : IClassFixture<PythonPackage>
{
    [Fact]
    public async Task Words_WithoutAServer_AreThoseOfTheCommandLine() =>
        await package.RunAsync("clients/python/tests/test_words.py");

    [Fact]
    public async Task FrontDoor_OwnMetricOverTwoOutputs_EndsWithOneDigestAndOneWinnerInPythonAndByItsFile()
    {
        using var folder = new WorkFolder();

        string[] said = (await package.RunAsync("clients/python/tests/front_door.py", folder.Root)).Trim().Split('\n')[^1].Split(' ');
        await package.ClusterAsync("run", "--config", said[0], "-o", folder["OUT"]);

        using var result = JsonDocument.Parse(await File.ReadAllTextAsync(folder["OUT/result.json"], PythonPackage.Token));
        result.RootElement.GetProperty("job").GetProperty("id").GetString().ShouldBe(said[1]);
        var winner = result.RootElement.GetProperty("winner");
        winner.GetProperty("sizeBytes").GetInt64().ShouldBeLessThanOrEqualTo(12_000);

        // A server sweeps in pieces, and with vectors of 512 bits libtorch rounds a product by its number of rows: plans that tie differ.
        (Vector512.IsHardwareAccelerated || winner.GetProperty("planDigest").GetString() == said[2]).ShouldBeTrue(said[2]);
    }

    [Fact]
    public async Task Metrics_ThatMisbehave_SuspendTheJobUntilAGoodOneTakesItUp()
    {
        using var folder = new WorkFolder();

        string printed = await package.RunAsync("clients/python/tests/hostile.py", folder.Root, Checkout.At("samples", "python"));

        printed.ShouldEndWith("passed\n");
    }

    [Fact]
    public async Task Metric_ThatRaisesInAProcessThatLivesOn_HoldsNeitherSlotNorMachineUntilItIsResumed()
    {
        using var folder = new WorkFolder();

        (await package.RunAsync("clients/python/tests/failing_metric.py", folder.Root)).ShouldEndWith("passed\n");
    }

    [Fact]
    public async Task Calls_ThatFindNothingAreInterruptedOrKilled_SayItGoOnAndLeaveNothingBehind()
    {
        using var folder = new WorkFolder();

        (await package.RunAsync("clients/python/tests/ends.py", folder.Root)).ShouldEndWith("passed\n");
    }

    [Fact]
    public async Task SamplesAndNotebook_AsTheyAre_EndWell()
    {
        string[] files = ["samples/python/glyphs_arrays.py", "samples/python/own_metric.py", "samples/python/loader.py"];

        string printed = await package.RunAsync(
            "clients/python/tests/as_they_are.py",
            [.. files.Append("docs/notebooks/first-job.ipynb").Select(file => Checkout.At(file.Split('/')))]);

        foreach (string said in new[] { "test: ", "job.yaml", "winner: ", "ended well: first-job.ipynb" })
        {
            printed.ShouldContain(said);
        }
    }
}

/// <summary>Installs the package once for all tests.</summary>
public sealed class PythonPackage : IAsyncLifetime
{
    private const string Python = "/usr/bin/python3";
    private readonly WorkFolder _folder = new();
    private bool _isComplete;

    internal static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        const string Needed = "import setuptools, pip, wheel, grpc, google.protobuf, numpy, pandas, torch";
        const string Compiler = "command -v protoc && test -e /usr/include/google/protobuf/duration.proto";
        _isComplete = File.Exists(Python) && (await ExecuteAsync(Python, "-c", Needed)).Code == 0
            && (await ExecuteAsync("/bin/sh", "-c", Compiler)).Code == 0;
        if (!_isComplete)
        {
            return;
        }

        // Of a copy, because a build leaves its own folders beside the sources.
        const string Copy = "cd \"$1\" && cp -r --parents clients/python proto src/Networks/Graphs/Onnx/onnx.proto "
            + "docs/schemas/job.schema.json \"$2\" "
            + "&& rm -rf \"$2\"/clients/python/build";
        string copy = Directory.CreateDirectory(_folder["checkout"]).FullName;
        (await ExecuteAsync("/bin/sh", "-c", Copy, "sh", Checkout.At(), copy)).Code.ShouldBe(0);
        string[] install = ["-m", "pip", "install", "--no-build-isolation", "--no-deps", "--no-index", "--target", _folder["packages"]];
        var (code, output, error) = await ExecuteAsync(Python, [.. install, $"{copy}/clients/python"]);
        code.ShouldBe(0, output + error);
    }

    /// <summary>Runs a script of the checkout in a folder of its own; returns what it printed.</summary>
    public async Task<string> RunAsync(string script, params string[] arguments)
    {
        Assert.SkipUnless(
            _isComplete,
            "needs python3 with pip, setuptools, wheel, grpc, google.protobuf, numpy, pandas and torch, and protoc: .ci/run installs them");
        var (code, output, error) = await ExecuteAsync(Python, [Checkout.At(script.Split('/')), .. arguments]);
        code.ShouldBe(0, output + error);
        return output;
    }

    /// <summary>Runs a verb of the program for this machine.</summary>
    public async Task ClusterAsync(params string[] arguments)
    {
        var (code, output, error) = await ExecuteAsync(ClusterProcess.Location, arguments);
        new ClusterProcess(code, output, error).ShouldBeDone();
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<(int Code, string Output, string Error)> ExecuteAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = _folder.Root
        };
        foreach (var (name, value) in new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["NO_PROXY"] = "*",
            ["PATH"] = $"/usr/bin:{Environment.GetEnvironmentVariable("PATH")}",
            ["PYTHONDONTWRITEBYTECODE"] = "1",
            ["PYTHONPATH"] = $"{_folder["packages"]}:{Checkout.At("clients", "python", "tests")}",
            ["CLUSTER_CLI"] = ClusterProcess.Location,
            ["CLUSTER_PROGRAM"] = BuiltProgram.Require("Silo"),
            ["CLUSTER_JOB_SCHEMA"] = Checkout.At("docs", "schemas", "job.schema.json"),
            ["CLUSTER_MACHINE_LOCK"] = _folder["lock"],
        })
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(Token);
        var error = process.StandardError.ReadToEndAsync(Token);
        await process.WaitForExitAsync(Token);
        return (process.ExitCode, await output, await error);
    }
}
