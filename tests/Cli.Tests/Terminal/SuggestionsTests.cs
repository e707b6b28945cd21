namespace Cluster.Cli.Tests.Terminal;

public sealed class SuggestionsTests
{
    private static readonly string[] Known = ["run", "resume", "replay", "--latency-budget", "--latency-table", "--max-drop", "--model"];

    [Theory]
    [InlineData("rnu", " Did you mean run?")]
    [InlineData("--modle", " Did you mean --model?")]
    [InlineData("--max-drp", " Did you mean --max-drop?")]
    [InlineData("replay", "")]
    [InlineData("--latency", " Did you mean --latency-table or --latency-budget?")]
    [InlineData("frobnicate", "")]
    [InlineData("--", "")]
    public void Of_MistypedWord_NamesWhatIsNear(string word, string expected) => Suggestions.Of(word, Known).ShouldBe(expected);

    [Theory]
    [InlineData("There is no command 'rnu'. Did you mean run?", "rnu")]
    [InlineData("There is no command 'rnu'. Did you mean run?", "help", "rnu")]
    [InlineData("There is no command 'sillo'. Did you mean silo?", "sillo")]
    [InlineData("'submit' is a remote command, which another program runs; type ./cluster submit.\n", "submit")]
    [InlineData("--modle is not an option of run. Did you mean --model?", "run", "--modle", "x")]
    [InlineData("-model is not an option of run. Did you mean --model?", "run", "-model", "x")]
    [InlineData("--evaluate is not an option of run. Did you mean --eval?", "run", "--evaluate", "x")]
    [InlineData("--max-minutes must be a number, not '5m'.", "run", "--model", "x", "--max-minutes", "5m")]
    [InlineData("--max-minutes must be a number with a point, such as 0.5, not '1,5'.", "run", "--model", "x", "--max-minutes", "1,5")]
    public async Task RunAsync_MistypedWord_SaysWhatWasProbablyMeant(string said, params string[] args)
    {
        var (code, _, error) = await RunAsync(args);

        code.ShouldBe(ExitCode.Usage);
        error.ShouldContain(said);
    }

    [Theory]
    [InlineData("help", "run")]
    [InlineData("run", "--help")]
    public async Task RunAsync_HelpOfAVerb_IsTheSameEitherWay(params string[] args) =>
        (await RunAsync(args)).ShouldBe(await RunAsync("run", "--help"));

    [Fact]
    public async Task RunAsync_Version_IsThatOfTheOption() => (await RunAsync("version")).ShouldBe(await RunAsync("--version"));

    private static async Task<(int Code, string Output, string Error)> RunAsync(params string[] args)
    {
        var run = new Command("run", CommandHelp.Describe("Runs.", "run --model x"))
        {
            new Option<string>("--model") { Required = true }, new Option<string>("--eval"), new Option<double?>("--max-minutes"),
        };
        run.SetAction(_ => 0);
        var root = new RootCommand(CommandHelp.Describe("A program.", "run")) { run };
        CommandHelp.Install(root);
        using var output = new StringWriter();
        using var error = new StringWriter();
        int code = await CommandRunner.RunAsync(root, args, TimeSpan.Zero, output, error);
        return (code, output.ToString(), error.ToString());
    }
}
