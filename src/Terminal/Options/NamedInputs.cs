namespace Cluster.Terminal.Options;

/// <summary>The files and folders that a command line names as its input.</summary>
public static class NamedInputs
{
    /// <summary>The ones that do not exist.</summary>
    public static IEnumerable<string> Missing(ParseResult parsed) => All(parsed.CommandResult).Where(path => !Path.Exists(path));

    private static IEnumerable<string> All(CommandResult result)
    {
        foreach (var option in result.Command.Options.OfType<InputOption>())
        {
            if (result.GetResult(option) is { Tokens: [{ Value: var text }, ..] })
            {
                foreach (string path in option.IsData ? Parts(text, DataRootOption.Roots(result)) : [text])
                {
                    yield return path;
                }
            }
        }

        foreach (var argument in result.Command.Arguments.OfType<InputArgument>())
        {
            if (result.GetResult(argument) is { Tokens: [{ Value: var path }, ..] })
            {
                yield return path;
            }
        }
    }

    private static IEnumerable<string> Parts(string spec, DataRoots roots)
    {
        try
        {
            var parts = DataSpec.Parse(NamedData.Expand(spec, roots)).Parts;
            return parts.SelectMany(part => part.Paths);
        }
        catch (DataSpecException)
        {
            // Not a data spec, so it names no file; another error already says so.
            return [];
        }
    }
}
