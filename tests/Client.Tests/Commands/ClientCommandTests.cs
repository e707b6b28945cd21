namespace Cluster.Client.Tests.Commands;

public sealed class ClientCommandTests
{
    [Fact]
    public void Create_Commands_EqualLocalList() =>
        ClientCommand.Create(ClientContext.OfProcess).Subcommands.Select(command => command.Name)
            .ShouldBe(OtherVerbs.All.Select(verb => verb.Name));

    [Fact]
    public async Task RunAsync_HelpOfEachCommand_HasExamplesAndTheCommonOptions()
    {
        foreach (var (name, what) in OtherVerbs.All)
        {
            var run = await RunAsync(name, name == "submit" ? "--help-all" : "--help");
            run.Code.ShouldBe(ExitCode.Done, name);
            run.Output.ShouldContain(what);
            run.Output.ShouldContain($"Examples:\n  ./cluster {name}");
            foreach (string option in
                new[] { "--server", "--profile", "--token-file", "--ca", "--cert", "--key", "--timeout", "--json" })
            {
                run.Output.ShouldContain(option, customMessage: name);
            }
        }
    }

    [Fact]
    public async Task Submit_Help_HasTheFolderOfNamedDataSets() =>
        (await RunAsync("submit", "--help-all")).Output.ShouldContain("--data-root");

    [Theory]
    [InlineData("There is no command 'frobnicate'", "frobnicate")]
    [InlineData("argument 'JOB' missing", "show")]
    [InlineData("is not a job's name", "show", "jobs/../x")]
    [InlineData("is not a job's name", "cancel", "")]
    [InlineData("'sleeping' is not a state; states are queued, running", "list", "--state", "running,sleeping")]
    [InlineData("'paused' is not a state", "candidates", "a", "--state", "paused")]
    [InlineData("--limit must be 1 or more, not 0", "list", "--limit", "0")]
    [InlineData("--timeout is soon", "list", "--timeout", "soon")]
    [InlineData("--after is -1", "watch", "a", "--after", "-1")]
    [InlineData("'yaml'", "list", "-o", "yaml")]
    [InlineData("--token", "list", "--token", "secret")]
    [InlineData("--frobnicate is not an option of show.", "show", "--frobnicate")]
    [InlineData("--model", "submit", "--data", "folder:x")]
    [InlineData("has no known scheme before it", "submit", "--model", "m.onnx", "--data", "x")]
    [InlineData("'half' is not a share", "submit", "--model", "m.onnx", "--data", "folder:x", "--max-drop", "half")]
    [InlineData("--confidence must be a number above 0.5", "submit", "--model", "m.onnx", "--data", "folder:x", "--confidence", "0.3")]
    [InlineData("--seed must be 0 to 2^53 - 1, not -1", "submit", "--model", "m.onnx", "--data", "folder:x", "--seed", "-1")]
    [InlineData("--request-id", "submit", "--model", "m.onnx", "--data", "folder:x", "--request-id", "7")]
    public async Task RunAsync_WrongOption_IsUsageErrorThatNamesIt(string named, params string[] args)
    {
        var run = await RunAsync(args);
        run.Code.ShouldBe(ExitCode.Usage, run.Error);
        run.Error.ShouldContain(named, Case.Sensitive);
        run.Error.ShouldContain("Try './cluster ");
        run.Output.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("is not an address", "list", "--server", "nowhere")]
    [InlineData("is not a node's name", "drain", "a b")]
    [InlineData("--watch and --dry-run", "submit", "--model", "m.onnx", "--data", "folder:x", "--watch", "--dry-run")]
    [InlineData("and a server runs none", "submit", "--model", "m.onnx", "--data", "folder:x", "--metric-command", "./judge")]
    public async Task RunAsync_OptionsThatCannotBeMeant_AreUsageErrors(string expected, params string[] args)
    {
        var run = await RunAsync(args);
        run.Code.ShouldBe(ExitCode.Usage, run.Error);
        run.Error.ShouldStartWith("cluster: ");
        run.Error.ShouldContain(expected);
        run.Error.Count(c => c == '\n').ShouldBe(1);
    }

    [Fact]
    public async Task RunAsync_NoCommand_ShowsHelpAsUsageError()
    {
        var run = await RunAsync();
        run.Code.ShouldBe(ExitCode.Usage);
        run.Output.ShouldContain("Usage:");
    }

    [Fact]
    public async Task RunAsync_NobodyListens_IsUnavailableInOneLine()
    {
        // Port 1 of the loopback address: nothing listens there.
        var run = await RunAsync("list", "--server", "http://127.0.0.1:1");
        run.Code.ShouldBe(ExitCode.Unavailable);
        run.Error.ShouldBe(
            "cluster: the server http://127.0.0.1:1 cannot be reached (Connection refused); start one with ./cluster silo, or "
            + "name another with --server.\n");
    }

    private static Task<ClientRun> RunAsync(params string[] args) =>
        ClientRun.OfAsync(
            new ClientContext(name => name == "XDG_CONFIG_HOME" ? "/nowhere" : null, new InstantTime(), () => 0.5), default, args);
}
