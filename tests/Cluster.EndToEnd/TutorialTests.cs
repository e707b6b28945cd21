using Cluster.Kernels.Execution.QdqExecution;

namespace Cluster.EndToEnd;

/// <summary>docs/tutorials/from-pytorch-to-deployment.md, its commands run as they stand there.</summary>
[Long]
public sealed partial class TutorialTests
{
    private const int Classes = 4;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Commands_OfTheTutorial_LeadFromPyTorchToADeployedWinner()
    {
        await RequireAsync("torch, numpy");
        using var folder = new WorkFolder();
        using var host = await CommandHost.TakeAsync(Token);
        folder.Write("cluster", $"#!/bin/bash\n{host.Script}\n");
        Directory.CreateSymbolicLink(folder["samples"], Checkout.At("samples"));

        var commands = Commands();
        foreach (string block in commands.Where(block => !block.Contains("deploy.py", StringComparison.Ordinal)))
        {
            await RunAsync(folder, block);
        }

        (await File.ReadAllTextAsync(folder["OUT/report.html"], Token)).ShouldContain("<html");
        Classify(folder);
        if (await HasAsync("onnxruntime"))
        {
            var deployed = await RunAsync(folder, commands.Single(block => block.Contains("deploy.py", StringComparison.Ordinal)));
            deployed.Output.ShouldContain("of 1000 right");
        }
    }

    // As the tutorial's last step.
    private static void Classify(WorkFolder folder)
    {
        var images = new ImageBatches(
            DataSource.Open($"idx:{folder["test-images-idx3-ubyte"]}@0..40"), Preprocess.LoadFor(folder["net.onnx"]), 40);
        using var model = QuantizedModel.Load(folder["OUT/winner.qdq.onnx"], ComputeDevice.Cpu);

        float[] logits = model.Run(images.Pixels(0), [40, 1, 24, 24]);

        RuntimeEvaluator.Score(logits, Classes, images, null).Correct.ShouldBeGreaterThan(20);
    }

    private static IReadOnlyList<string> Commands() =>
    [
        .. ShellBlock().Matches(Checkout.Read("docs", "tutorials", "from-pytorch-to-deployment.md"))
            .Select(match => match.Groups["commands"].Value),
    ];

    private static async Task<OtherProgram> RunAsync(WorkFolder folder, string block)
    {
        // Debian's modules are those of Debian's interpreter, whichever comes first in the PATH.
        string commands = $"export {ClusterProcess.UsualTiming}\n"
            + $"cd '{folder.Root}'\nchmod +x cluster\npython3() {{ /usr/bin/python3 \"$@\"; }}\n{block}";
        var run = await OtherProgram.RunAsync("/bin/bash", ["-e", "-c", commands]);
        string said = $"{block}\n{run.Output}\n{run.Error}";
        if (block.Contains("./cluster run", StringComparison.Ordinal))
        {
            new ClusterProcess(run.Code, run.Output, said).ShouldBeDone();
        }
        else
        {
            run.Code.ShouldBe(0, said);
        }

        return run;
    }

    private static async Task RequireAsync(string modules) =>
        Assert.SkipUnless(await HasAsync(modules), $"needs python3 with {modules}: apt-get install python3-torch python3-numpy");

    private static async Task<bool> HasAsync(string modules) =>
        File.Exists("/usr/bin/python3") && (await OtherProgram.RunAsync("/usr/bin/python3", ["-c", $"import {modules}"])).Code == 0;

    [GeneratedRegex(
        "^```sh\n(?<commands>.*?)^```$",
        RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture,
        10_000)]
    private static partial Regex ShellBlock();
}
