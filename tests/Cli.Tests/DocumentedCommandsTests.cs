namespace Cluster.Cli.Tests;

public sealed class DocumentedCommandsTests
{
    [Fact]
    public void Parse_EveryCommandOfTheDocuments_HasNoError()
    {
        var root = ClusterCommand.Create();
        var verbs = root.Subcommands.Select(command => command.Name).ToHashSet(StringComparer.Ordinal);
        var commands = DocumentedCommands.Of(verbs);

        commands.Count.ShouldBeGreaterThan(50);
        commands.SelectMany(command => root.Parse(command.Words).Errors.Select(error => $"{command.Place}: {error.Message}"))
            .ShouldBeEmpty();
    }

    [Fact]
    public void Parse_EveryVerbOfTheDocuments_IsOneOfAProgram()
    {
        var verbs = ClusterCommand.Create().Subcommands.Select(command => command.Name)
            .Concat(OtherVerbs.All.Select(verb => verb.Name))
            .Concat([OtherVerbs.Silo, OtherVerbs.Gateway, "help", "version", "VERB", "test"])
            .ToHashSet(StringComparer.Ordinal);

        DocumentedCommands.All().Where(command => !verbs.Contains(command.Words[0])).ShouldBeEmpty();
    }
}
