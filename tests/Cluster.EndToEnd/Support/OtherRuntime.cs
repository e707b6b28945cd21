namespace Cluster.EndToEnd.Support;

/// <summary>node's ONNX Runtime, which this program neither starts nor feeds.</summary>
internal static class OtherRuntime
{
    /// <summary>How many images a file gets right there; skips the test where there is none.</summary>
    /// <param name="data">As other-runtime.mjs takes it: a format and its files.</param>
    public static async Task<(int Correct, int Total)> CountAsync(
        string model, string preprocess, string from, string to, params string[] data)
    {
        var (node, packages) = Require();
        var start = new ProcessStartInfo(
            node, [Path.Combine(AppContext.BaseDirectory, "Run", "other-runtime.mjs"), packages, model, preprocess, from, to, .. data])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        process.ExitCode.ShouldBe(0, await error);
        using var counted = JsonDocument.Parse(output);
        return (counted.RootElement.GetProperty("correct").GetInt32(), counted.RootElement.GetProperty("total").GetInt32());
    }

    private static (string Node, string Packages) Require()
    {
        string? node = Checkout.Program("node");
        string packages = Checkout.At(".tools", "onnxruntime-node");
        Assert.SkipWhen(
            node is null || !Directory.Exists(packages),
            "needs node and its ONNX Runtime in .tools/onnxruntime-node: .ci/run installs them");
        return (node!, packages);
    }
}
