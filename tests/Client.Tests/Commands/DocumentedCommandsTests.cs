namespace Cluster.Client.Tests.Commands;

public sealed class DocumentedCommandsTests
{
    [Fact]
    public void Parse_EveryCommandOfTheDocuments_HasNoError()
    {
        var root = ClientCommand.Create(new ClientContext(_ => null, TimeProvider.System, () => 0.5));
        var verbs = root.Subcommands.Select(command => command.Name).ToHashSet(StringComparer.Ordinal);
        var commands = DocumentedCommands.Of(verbs);

        commands.Count.ShouldBeGreaterThan(10);
        commands.SelectMany(command => root.Parse(command.Words).Errors.Select(error => $"{command.Place}: {error.Message}"))
            .ShouldBeEmpty();
    }
}
