namespace Cluster.Terminal.Options;

/// <summary>`--data-root`: the folder that is searched first for named data sets.</summary>
public sealed class DataRootOption : Option<string?>
{
    /// <param name="description">The help text; null: the default one.</param>
    public DataRootOption(string? description = null)
        : base("--data-root")
    {
        Description = description
            ?? $"folder in which data sets called by name, such as mnist/train, are looked for first (then {DataRoots.Variable}, "
                + "the user's cache)";
        HelpName = "FOLDER";
    }

    /// <summary>Adds it to every command below this one that takes data specs.</summary>
    public static void Install(Command command)
    {
        ArgumentNullException.ThrowIfNull(command);
        foreach (var verb in command.Subcommands)
        {
            Install(verb);
        }

        if (command.Options.OfType<InputOption>().Any(option => option.IsData) && !command.Options.OfType<DataRootOption>().Any())
        {
            command.Options.Add(new DataRootOption());
        }
    }

    /// <summary>The folders in which a command line's data sets are looked for.</summary>
    /// <param name="result">The command, or a part of it.</param>
    internal static DataRoots Roots(SymbolResult? result)
    {
        while (result is not null and not CommandResult)
        {
            result = result.Parent;
        }

        return result is CommandResult command
            && command.Command.Options.OfType<DataRootOption>().FirstOrDefault() is { } option
            && command.GetResult(option) is { Tokens: [{ Value: var folder }, ..] }
                ? DataRoots.Usual().After(folder)
                : DataRoots.Usual();
    }
}
