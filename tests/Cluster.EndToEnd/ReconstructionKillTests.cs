namespace Cluster.EndToEnd;

/// <summary>
/// A rounding that is being learned when the process ends goes on after its last finished block and ends with the same
/// bytes.
/// </summary>
[Long]
public class ReconstructionKillTests
{
    // Enough that the signal arrives while the block is being learned.
    private const int Iterations = 800;

    [Theory]
    [InlineData("adaround", Signals.Kill, 137)]
    [InlineData("brecq", Signals.Interrupt, 130)]
    [InlineData("qdrop", Signals.Kill, 137)]
    public async Task Quantize_EndedWithinABlockThenAgain_EndsWithTheSameBytes(string rounding, int signal, int code)
    {
        using var folder = new WorkFolder();
        TinyNetwork.Write(folder.Root);
        var whole = await ClusterProcess.RunAsync(folder.Root, Learn(rounding, "whole.onnx"));
        whole.Code.ShouldBe(0, whole.Error);
        whole.Json().GetProperty("learning").GetProperty("resumed").GetInt32().ShouldBe(0);
        int blocks = whole.Json().GetProperty("learning").GetProperty("blocks").GetArrayLength();
        using (var process = ClusterProcess.Start(folder.Root, Learn(rounding, "q.onnx")))
        {
            await ClusterProcess.UntilSaidAsync(process, $"block 2 of {blocks},");
            Signals.Send(process.Id, signal);
            string rest = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            process.ExitCode.ShouldBe(code, rest);
            rest.EndsWith(
                "cluster: interrupted; run the same command again to continue after the last finished block.\n", StringComparison.Ordinal)
                .ShouldBe(signal == Signals.Interrupt, rest);
        }

        File.Exists(folder["q.onnx"]).ShouldBeFalse();
        int finished = Directory.GetFiles(folder["q.rounding"], "*.json", SearchOption.AllDirectories).Length;
        finished.ShouldBeInRange(1, blocks - 1, "it ended within a block");

        var resumed = await ClusterProcess.RunAsync(folder.Root, Learn(rounding, "q.onnx"));

        resumed.Code.ShouldBe(0, resumed.Error);
        resumed.Error.ShouldContain($"resumes after {finished} finished blocks: block {finished + 1} of {blocks}");
        resumed.Json().GetProperty("learning").GetProperty("resumed").GetInt32().ShouldBe(finished);
        Sha256(folder["q.onnx"]).ShouldBe(Sha256(folder["whole.onnx"]));
        (await File.ReadAllTextAsync(folder["q.plan.json"], TestContext.Current.CancellationToken))
            .ShouldBe(await File.ReadAllTextAsync(folder["whole.plan.json"], TestContext.Current.CancellationToken));
        Directory.Exists(folder["q.rounding"]).ShouldBeFalse();
    }

    [Fact]
    public async Task Quantize_EndedAfterItsLastBlockThenAgain_LearnsNothingAgain()
    {
        using var folder = new WorkFolder();
        TinyNetwork.Write(folder.Root);
        string[] command = [.. Learn("qdrop", "q.onnx").Select(word => word == $"{Iterations}" ? "30" : word)];
        Directory.CreateDirectory(folder["q.plan.json"]);
        var failed = await ClusterProcess.RunAsync(folder.Root, command);
        failed.Code.ShouldNotBe(0, "a folder is where the plan is to be written");
        Directory.Delete(folder["q.plan.json"]);

        var resumed = await ClusterProcess.RunAsync(folder.Root, command);

        resumed.Code.ShouldBe(0, resumed.Error);
        int blocks = resumed.Json().GetProperty("learning").GetProperty("blocks").GetArrayLength();
        resumed.Error.ShouldContain($"all {blocks} blocks were finished by an earlier run");
        resumed.Json().GetProperty("learning").GetProperty("resumed").GetInt32().ShouldBe(blocks);
        Directory.Exists(folder["q.rounding"]).ShouldBeFalse();
    }

    private static string[] Learn(string rounding, string output) =>
    [
        "quantize",
        "--model",
        "tiny.onnx",
        "--data",
        "idx:images-idx3-ubyte@0..64",
        "--weight-bits",
        "2",
        "--activation-bits",
        "4",
        "--first-last-bits",
        "4",
        "--rounding",
        rounding,
        "--iterations",
        Iterations.ToString(CultureInfo.InvariantCulture),
        "--seed",
        "7",
        "--json",
        "-o",
        output,
    ];

    private static string Sha256(string path) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)));
}
