namespace Cluster.Cli.Tests.Terminal;

public sealed class HelpTests
{
    [Fact]
    public async Task Help_OfRun_HasEightOptionsAndOneExample()
    {
        string help = (await CommandLineRun.OfAsync("run", "--help")).Output;

        Options(help).ShouldBe(["--model", "--data", "--eval", "--max-drop", "--output", "--test", "--expect", "--config"]);
        help.ShouldContain("Example:\n  ./cluster run ");
        help.Split("./cluster run --model").Length.ShouldBe(2);
        help.ShouldContain("./cluster run --help-all shows all of its options");
    }

    [Fact]
    public async Task HelpAll_OfRun_HasEveryOptionInAGroup()
    {
        string help = (await CommandLineRun.OfAsync("run", "--help-all")).Output;

        Options(help).Order(StringComparer.Ordinal).ShouldBe(
            ClusterCommand.Create().Subcommands.Single(command => command.Name == "run").Options
                .Select(option => option.Name).Append("--help").Order(StringComparer.Ordinal));
        string[] parts = help.Split("Other options:\n")[1].Split("\nExamples:");
        Options(parts[0]).ShouldBe(["--help", "--help-all"], ignoreOrder: true);
    }

    private static string[] Options(string help) =>
    [
        .. help.Split('\n').Where(line => line.StartsWith("  -", StringComparison.Ordinal))
            .Select(line => line.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries)
                .First(word => word.StartsWith("--", StringComparison.Ordinal))),
    ];
}
