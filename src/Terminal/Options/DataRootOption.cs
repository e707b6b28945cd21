using System.CommandLine;
using System.CommandLine.Parsing;
using Cluster.DataSpecs.Names;

namespace Cluster.Terminal.Options;

/// <summary>`--data-root`: the folder in which data sets that specs call by name are looked for before all others.</summary>
public sealed class DataRootOption : Option<string?>
{
    /// <param name="description">What it is for; null: the search.</param>
    public DataRootOption(string? description = null)
        : base("--data-root")
    {
        Description = description
            ?? $"folder in which data sets called by name, such as mnist/train, are looked for first (then {DataRoots.Variable}, "
                + "the user's cache)";
        HelpName = "FOLDER";
    }

    /// <summary>Gives it to every command below this one that takes data specs, so that none can lack it.</summary>
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

    /// <summary>Where the data sets of a command line are looked for.</summary>
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
