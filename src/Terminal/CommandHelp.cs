using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Cluster.Terminal;

/// <summary>
/// `--help` with examples at its end. A command's description holds both, see <see cref="Describe"/>;
/// <see cref="Install"/> separates them, so that the list of commands does not show examples.
/// </summary>
public sealed class CommandHelp : SynchronousCommandLineAction
{
    private const string Heading = "\n\nExamples:\n";

    // Shows every option of a command whose own help shows those that people begin with.
    private const string All = "--help-all";

    private readonly HelpAction _help;
    private readonly string? _more;
    private readonly bool _isWhole;
    private readonly Dictionary<Command, string> _examples;

    private CommandHelp(HelpAction help, string? more, Dictionary<Command, string> examples, bool isWhole)
    {
        _help = help;
        _more = more;
        _examples = examples;
        _isWhole = isWhole;
    }

    /// <inheritdoc/>
    public override bool Terminating => true;

    /// <inheritdoc/>
    public override bool ClearsParseErrors => true;

    /// <summary>What the command does, with examples.</summary>
    public static string Describe(string what, params string[] examples) =>
        what + Heading + string.Join('\n', examples.Select(example => $"  ./cluster {example}"));

    /// <summary>Replaces the help of a command and of all commands below it.</summary>
    /// <param name="more">A section of the root's own help, after its commands.</param>
    public static void Install(RootCommand root, string? more = null)
    {
        var option = root.Options.OfType<HelpOption>().Single();
        var usual = (HelpAction)option.Action!;
        var help = new CommandHelp(usual, more, [], isWhole: false);
        help.Part(root);
        option.Action = help;
        var whole = new CommandHelp(usual, more, help._examples, isWhole: true);
        foreach (var command in root.Subcommands.Where(HasMany))
        {
            command.Options.Add(new Option<bool>(All) { Description = "show all options, in groups", Action = whole });
        }
    }

    private static bool HasMany(Command command) => command.Options.OfType<IOptionFile>().Any();

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        var streams = parseResult.InvocationConfiguration;
        var output = streams.Output;
        using var text = new StringWriter();
        streams.Output = text;
        try
        {
            _help.Invoke(parseResult);
        }
        finally
        {
            streams.Output = output;
        }

        // The script starts the program under the script's name.
        string name = parseResult.RootCommandResult.Command.Name;
        var command = parseResult.CommandResult.Command;
        bool isShort = !_isWhole && HasMany(command);
        output.WriteLine(OptionGroups.Order(
            text.ToString().Replace($"  {name} ", "  ./cluster ", StringComparison.Ordinal).TrimEnd(), only: isShort));
        if (isShort)
        {
            output.WriteLine($"\n./cluster {command.Name} {All} shows all of its options, in groups.");
        }

        if (_more is not null && command is RootCommand)
        {
            output.WriteLine($"\n{_more}");
        }

        if (_examples.TryGetValue(command, out string? examples))
        {
            output.WriteLine(isShort ? $"\nExample:\n{examples.Split('\n')[0]}" : $"\nExamples:\n{examples}");
        }

        return ExitCode.Done;
    }

    private void Part(Command command)
    {
        if (command.Description?.Split(Heading, 2) is [var what, var examples])
        {
            command.Description = what;
            _examples[command] = examples;
        }

        foreach (var below in command.Subcommands)
        {
            Part(below);
        }
    }
}
