using System.Formats.Tar;

namespace Cluster.EndToEnd.Cluster;

/// <summary>Clients that share no code with this repository take a job from upload to deletion, against the silo as a process.</summary>
[Long]
public sealed class StockClientTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task WholeLife_OfJobs_InPython()
    {
        await RequirePythonAsync();
        using var folder = new WorkFolder();
        WriteData(folder["glyphs"]);
        await using var silo = new SiloProcess(folder.Root);
        await silo.StartAsync();

        var (code, output, error) = await RunAsync(
            "/usr/bin/python3", [Beside("life.py"), silo.Authority, GlyphJob.Model, folder["glyphs"], folder["winner.onnx"]], []);

        output.Trim().ShouldBe("passed", error);
        code.ShouldBe(0);
        new FileInfo(folder["winner.onnx"]).Length.ShouldBeGreaterThan(10_000);
        (await silo.StopAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task WholeLife_OfAJob_InNode()
    {
        string? modules = NodeModules();
        Assert.SkipWhen(modules is null, "needs node and its gRPC in .tools/grpc-js: .ci/run installs them");
        using var folder = new WorkFolder();
        WriteData(folder["glyphs"]);
        await TarFile.CreateFromDirectoryAsync(folder["glyphs"], folder["glyphs.tar"], includeBaseDirectory: false, Token);
        await using var silo = new SiloProcess(folder.Root) { Program = "Silo" };
        await silo.StartAsync();

        var (_, output, error) = await RunAsync(
            "node",
            [Beside("life.js"), silo.Authority, Checkout.At("proto"), GlyphJob.Model, folder["glyphs.tar"]],
            [new("NODE_PATH", modules)]);

        output.Trim().ShouldBe("passed", error);
    }

    internal static void WriteData(string folder)
    {
        Directory.CreateDirectory(folder);
        var generator = new GlyphGenerator(GlyphSample.Seed);
        GlyphFiles.Write(folder, generator, GlyphSet.Calibration, 128);
        GlyphFiles.Write(folder, generator, GlyphSet.Evaluation, 256);
    }

    private static async Task RequirePythonAsync() => Assert.SkipUnless(
        await SucceedsAsync("/usr/bin/python3", "-c", "import grpc, google.protobuf"),
        "needs python3 with grpc and google.protobuf: apt-get install python3-grpcio python3-protobuf");

    private static string Beside(string file) => Path.Combine(AppContext.BaseDirectory, "Cluster", file);

    private static string? NodeModules()
    {
        string modules = Checkout.At(".tools", "grpc-js", "node_modules");
        return Directory.Exists(Path.Combine(modules, "@grpc", "grpc-js")) ? modules : null;
    }

    private static async Task<bool> SucceedsAsync(string program, params string[] arguments) =>
        File.Exists(program) && (await RunAsync(program, arguments, [])).Code == 0;

    private static async Task<(int Code, string Output, string Error)> RunAsync(
        string program, string[] arguments, KeyValuePair<string, string?>[] environment)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true
        };
        foreach (var (name, value) in environment.Append(new("NO_PROXY", "*")).Append(new("PYTHONDONTWRITEBYTECODE", "1")))
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
