namespace Cluster.Cli.Tests.Terminal;

public sealed class OptionGroupsTests
{
    private const string Help = """
        Usage:
          run [options]

        Options:
          --seed <N>              seed
          -o, --output <DIR>      folder
                                  of the result
          --metric <NAME>         metric
          --data-root <FOLDER>    root
          --model <FILE>          network

        Examples:
          run
        """;

    [Fact]
    public void Order_OptionsOfAJob_AreGroupedAndKeepTheirLines()
    {
        string[] lines = [.. OptionGroups.Order(Help).Split('\n').Select(line => line.TrimEnd())];

        lines.ShouldBe(
        [
            "Usage:", "  run [options]", "",
            "What most jobs need:", "  --model <FILE>          network", "  -o, --output <DIR>      folder",
            "                          of the result", "",
            "What it reads, and only checks:", "  --data-root <FOLDER>    root", "",
            "The answer:", "  --metric <NAME>         metric", "",
            "How long and how hard it searches:", "  --seed <N>              seed", "",
            "Examples:", "  run",
        ]);
    }

    [Fact]
    public void Order_OnlyWhatMostNeed_LeavesTheOthersOut()
    {
        string[] lines = [.. OptionGroups.Order(Help, only: true).Split('\n').Select(line => line.TrimEnd())];

        lines.ShouldBe(
        [
            "Usage:", "  run [options]", "",
            "What most jobs need:", "  --model <FILE>          network", "  -o, --output <DIR>      folder",
            "                          of the result", "",
            "Examples:", "  run",
        ]);
    }

    [Fact]
    public void Order_FewOptions_StayAsTheyAre()
    {
        string help = Help.Replace("  --metric <NAME>         metric\n", string.Empty, StringComparison.Ordinal)
            .Replace("  --data-root <FOLDER>    root\n", string.Empty, StringComparison.Ordinal);

        OptionGroups.Order(help).ShouldBe(help);
    }
}
