namespace Cluster.Cli.Tests;

public class ClusterCommandTests
{
    [Fact]
    public async Task RunAsync_Help_ListsEveryCommandAndEndsInExamples()
    {
        var run = await CommandLineRun.OfAsync("--help");
        run.Code.ShouldBe(ExitCode.Done);
        run.Error.ShouldBeEmpty();
        foreach (var command in ClusterCommand.Create().Subcommands.Where(command => !command.Hidden))
        {
            run.Output.ShouldContain($"\n  {command.Name} ");
        }

        run.Output.Split("Examples:").Length.ShouldBe(2);
        run.Output.ShouldContain("Usage:\n  ./cluster [command]");
        string remote = run.Output[
            run.Output.IndexOf("Remote commands", StringComparison.Ordinal)..run.Output.IndexOf("Examples:", StringComparison.Ordinal)];
        OtherVerbs.All.ShouldAllBe(verb => remote.Contains($"\n  {verb.Name,-12} {verb.What}\n"));
    }

    [Fact]
    public async Task RunAsync_HelpOfEachCommand_HasExamplesOfThatCommand()
    {
        foreach (string name in ClusterCommand.Create().Subcommands.Where(command => !command.Hidden).Select(command => command.Name))
        {
            var run = await CommandLineRun.OfAsync(name, name == "run" ? "--help-all" : "--help");
            run.Code.ShouldBe(ExitCode.Done, name);
            run.Output.ShouldContain($"Examples:\n  ./cluster {name}");
            run.Output.ShouldNotContain("Remote commands");
        }
    }

    [Theory]
    [InlineData("./cluster quan", "quantize\ndequantize\n")]
    [InlineData("./cluster run --model net.onnx --max-d", "--max-drop\n")]
    public async Task RunAsync_LineToComplete_HasWhatFits(string line, string words)
    {
        var run = await CommandLineRun.OfAsync($"[suggest:{line.Length}]", line);
        run.Code.ShouldBe(ExitCode.Done);
        run.Output.ShouldBe(words);
    }

    [Fact]
    public async Task RunAsync_NoCommand_ShowsHelpAsUsageError()
    {
        var run = await CommandLineRun.OfAsync();
        run.Code.ShouldBe(ExitCode.Usage);
        run.Output.ShouldContain("Usage:");
    }

    [Fact]
    public async Task RunAsync_UnknownCommand_IsUsageErrorThatNamesTheHelp()
    {
        var run = await CommandLineRun.OfAsync("frobnicate");
        run.Code.ShouldBe(ExitCode.Usage);
        run.Error.ShouldBe("cluster: There is no command 'frobnicate'.\nTry './cluster --help'.\n");
        run.Output.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("--output", "quantize", "--model", "m.onnx", "--data", "idx:x")]
    [InlineData("--model", "sensitivity", "--data", "idx:x")]
    [InlineData("argument 'MODEL' missing", "inspect")]
    [InlineData("not a calibration method", "quantize", "--model", "m.onnx", "--data", "idx:x", "--method", "magic", "-o", "q.onnx")]
    [InlineData("no known scheme", "quantize", "--model", "m.onnx", "--data", "images/", "-o", "q.onnx")]
    [InlineData("--batch must be 1 to 4096, not 0", "quantize", "--model", "m.onnx", "--data", "idx:x", "--batch", "0", "-o", "q.onnx")]
    [InlineData("--seed must be 0 to 2^53 - 1, not -1", "sensitivity", "--model", "m.onnx", "--data", "idx:x", "--seed", "-1")]
    [InlineData("--threads", "quantize", "--model", "m.onnx", "--data", "idx:x", "--threads", "many", "-o", "q.onnx")]
    [InlineData("--fast", "doctor", "--fast")]
    public async Task RunAsync_WrongOption_IsUsageErrorThatNamesIt(string named, params string[] args)
    {
        var run = await CommandLineRun.OfAsync(args);
        run.ShouldBeRefused(named);
        run.Error.ShouldContain($"Try './cluster {args[0]} --help'.");
    }

    [Theory]
    [InlineData("leave --method out", "--plan", "p.json", "--method", "kl", "--calibration", "c")]
    [InlineData("--plan needs", "--plan", "p.json")]
    [InlineData("give only one", "--plan", "p.json", "--calibration", "c", "--data", "idx:x")]
    [InlineData("without --plan", "--calibration", "c", "--data", "idx:x")]
    [InlineData("no calibration images", "--method", "kl")]
    [InlineData("--no-bias-correction", "--plan", "p.json", "--calibration", "c", "--no-bias-correction")]
    public async Task Quantize_OptionsThatDoNotGoTogether_AreUsageErrors(string expected, params string[] options)
    {
        var run = await CommandLineRun.OfAsync(["quantize", "--model", "m.onnx", "-o", "q.onnx", .. options]);
        run.ShouldBeRefused(expected);
    }

    [Fact]
    public async Task Quantize_OutputThatIsFolderOrTheModel_IsUsageError()
    {
        (await CommandLineRun.OfAsync("quantize", "--model", "m.onnx", "--data", "idx:x", "-o", Path.GetTempPath())).Code.ShouldBe(
            ExitCode.Usage);
        (await CommandLineRun.OfAsync("quantize", "--model", "m.onnx", "--data", "idx:x", "-o", "./m.onnx")).Error.ShouldContain(
            "is the model itself");
    }

    [Theory]
    [InlineData("inspect", "nowhere.onnx")]
    [InlineData("quantize", "--model", "nowhere.onnx", "--data", "idx:x", "-o", "q.onnx")]
    [InlineData("sensitivity", "--model", "nowhere.onnx", "--data", "idx:x")]
    public async Task RunAsync_MissingModel_IsNotFound(params string[] args)
    {
        var run = await CommandLineRun.OfAsync(args);
        run.Code.ShouldBe(ExitCode.NotFound, run.Error);
        run.Error.ShouldBe($"cluster: There is no model file nowhere.onnx: {run.Error.Split(": ", 3)[2]}");
        run.Error.Count(c => c == '\n').ShouldBe(1);
    }
}
