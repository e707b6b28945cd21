namespace Cluster.EndToEnd;

public class InterruptTests
{
    [Fact]
    public async Task Quantize_Interrupted_EndsWith130AndLeavesNoFile()
    {
        using var folder = new WorkFolder();

        // Enough images that calibration is still under way when the signal arrives.
        TinyNetwork.Write(folder.Root, images: 200_000);
        using var process = ClusterProcess.Start(
            folder.Root, "quantize", "--model", "tiny.onnx", "--data", "idx:images-idx3-ubyte", "-o", "q.onnx");
        string? first = await process.StandardError.ReadLineAsync(TestContext.Current.CancellationToken);
        first.ShouldNotBeNull().ShouldContain("calibrating on 200000 images");
        Signals.Send(process.Id, Signals.Interrupt);
        string rest = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        process.ExitCode.ShouldBe(130, rest);
        rest.ShouldBe("cluster: interrupted; run the same command again to start over.\n");
        File.Exists(folder["q.onnx"]).ShouldBeFalse();
    }
}
