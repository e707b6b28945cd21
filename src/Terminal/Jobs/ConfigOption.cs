using Cluster.Terminal.Options;

namespace Cluster.Terminal.Jobs;

/// <summary>`--config`: the YAML file of a job. What the command line gives, too, wins over it.</summary>
public sealed class ConfigOption : Option<string?>
{
    /// <summary>Makes a new one, for one command.</summary>
    public ConfigOption()
        : base("--config")
    {
        Description = "YAML file of a job, such as OUT/job.yaml: options by their names here without dashes, paths relative to it; "
            + "options given here win over it";
        HelpName = "FILE.yaml";
    }

    /// <summary>Words of the command line that the file stands for; 0: none was read.</summary>
    public int WordsOfFile { get; private set; }

    // By option, the line of the file that gave it.
    private Dictionary<string, string> Places { get; } = new(StringComparer.Ordinal);

    /// <summary>The command line with what its file says, if it names one that is to be read.</summary>
    /// <exception cref="NotFoundException">There is no such file.</exception>
    /// <exception cref="UsageException">It is no job's file; the message names file and line.</exception>
    internal static string[] Expand(ParseResult parsed, string[] args)
    {
        if (Of(parsed) is not { } option || parsed.GetResult(option) is not { Tokens: [{ Value: var path }] })
        {
            return args;
        }

        string[] words =
        [
            .. JobYaml.Read(path)
                .Where(entry => !IsGiven(parsed, JobKeys.OptionOf(entry.Key)))
                .SelectMany(entry => option.Words(parsed, path, entry)),
        ];
        option.WordsOfFile = words.Length;
        int verb = Array.IndexOf(args, parsed.CommandResult.Command.Name) + 1;
        return [.. args[..verb], .. words, .. args[verb..]];
    }

    /// <summary>The words that the user typed.</summary>
    public static IEnumerable<string> Typed(ParseResult parsed)
    {
        var words = parsed.Tokens.Select(token => token.Value).ToArray();
        return Of(parsed) is { WordsOfFile: > 0 and var count } ? [words[0], .. words[(1 + (2 * count))..]] : words;
    }

    /// <summary>An error of the parser, with the place in the file of the option that it is about.</summary>
    internal static string Placed(ParseResult parsed, ParseError error, string words)
    {
        var option = error.SymbolResult;
        while (option is not null and not OptionResult)
        {
            option = option.Parent;
        }

        return option is OptionResult result && Of(parsed)?.Places.GetValueOrDefault(result.Option.Name) is { } place
            ? $"{place}: {words}"
            : words;
    }

    private static ConfigOption? Of(ParseResult parsed) => parsed.CommandResult.Command.Options.OfType<ConfigOption>().FirstOrDefault();

    private static bool IsGiven(ParseResult parsed, string name) =>
        parsed.CommandResult.Command.Options.FirstOrDefault(option => option.Name == name) is { } option
        && parsed.GetResult(option) is { Implicit: false };

    private IEnumerable<string> Words(ParseResult parsed, string path, JobYamlEntry entry)
    {
        string name = JobKeys.OptionOf(entry.Key);
        string place = Places[name] = $"{path}, line {entry.Line}";
        string folder = Path.GetDirectoryName(path) ?? string.Empty;
        return (JobKeys.IsData(entry.Key), entry.Key) switch
        {
            (true, _) => [$"{name}={Data(entry.Values[0])}"],
            (false, _) => [$"{name}={Path.Combine(folder, entry.Values[0])}"],
            (_, "target") => [$"{name}={string.Join(',', entry.Values)}"],
            _ => entry.Values.Select(value => $"{name}={value}"),
        };

        string Data(string text)
        {
            try
            {
                // Names stand for full paths, which stay as they are.
                var roots = DataRootOption.Roots(parsed.CommandResult);
                string spec = NamedData.Expand(text, new DataRoots([.. roots.Folders.Select(Path.GetFullPath)]));
                return $"{DataSpec.Parse(spec).At(part => Path.Combine(folder, part))}";
            }
            catch (DataSpecException refusal)
            {
                throw new UsageException($"{place}: {refusal.Message}");
            }
        }
    }
}
