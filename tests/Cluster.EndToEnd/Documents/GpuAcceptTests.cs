namespace Cluster.EndToEnd.Documents;

/// <summary>The script for the next GPU at hand, on the processor: it must not fail there for faults of its own.</summary>
[Long]
public sealed partial class GpuAcceptTests
{
    [Fact]
    public async Task Accept_OnTheProcessor_DoesEveryStep()
    {
        using var folder = new WorkFolder();
        _ = BuiltProgram.Require("Cli");
        _ = BuiltProgram.Require("Silo");
        _ = BuiltProgram.Require("Client");

        var run = await OtherProgram.RunAsync(Checkout.At("bench", "gpu", "accept"), ["--device", "cpu", "-o", folder.Root]);

        run.Code.ShouldBe(0, run.Output + run.Error);
        var rows = Row().Matches(run.Output);
        rows.Select(row => row.Groups["step"].Value).ShouldBe(
        [
            "doctor", "float16-libtorch", "int8-libtorch", "int8-onnxruntime", "slots-and-kill", "learn-cpu", "start-cpu", "train-cpu",
        ]);
        rows.ShouldAllBe(row => row.Groups["result"].Value == "ok");
    }

    [GeneratedRegex(@"^\| (?<step>[a-z0-9-]+) \| (?<result>[^|]*) \|[^|]*\| \d+ \| \d+ \|$", RegexOptions.Multiline, 1000)]
    private static partial Regex Row();
}
