using Cluster.Terminal.Options;

namespace Cluster.Terminal.Jobs;

/// <summary>`--config`: the YAML file of a job. What the command line gives, too, wins over it.</summary>
public sealed class ConfigOption : Option<string?>, IOptionFile
{
    // By option, the file and line that gave it.
    private readonly Dictionary<string, string> _places = new(StringComparer.Ordinal);

    private int _words;

    /// <summary>Makes a new one, for one command.</summary>
    public ConfigOption()
        : base("--config")
    {
        Description = "YAML file of a job, such as OUT/job.yaml: options by their names here without dashes, paths relative to it; "
            + "options given here win over it";
        HelpName = "FILE.yaml";
    }

    string[] IOptionFile.Expand(ParseResult parsed, string[] args)
    {
        if (parsed.GetResult(this) is not { Tokens: [{ Value: var path }] })
        {
            return args;
        }

        string[] words =
        [
            .. JobYaml.Read(path)
                .Where(entry => !IsGiven(parsed, JobKeys.OptionOf(entry.Key)))
                .SelectMany(entry => Words(parsed, path, entry)),
        ];
        _words = words.Length;
        int verb = Array.IndexOf(args, parsed.CommandResult.Command.Name) + 1;
        return [.. args[..verb], .. words, .. args[verb..]];
    }

    string? IOptionFile.PlaceOf(string option) => _places.GetValueOrDefault(option);

    /// <summary>The words that the user typed.</summary>
    public static IEnumerable<string> Typed(ParseResult parsed)
    {
        var words = parsed.Tokens.Select(token => token.Value).ToArray();
        int ofFile = 2 * (parsed.CommandResult.Command.Options.OfType<ConfigOption>().FirstOrDefault()?._words ?? 0);
        return ofFile > 0 ? [words[0], .. words[(1 + ofFile)..]] : words;
    }

    private static bool IsGiven(ParseResult parsed, string name) =>
        parsed.CommandResult.Command.Options.FirstOrDefault(option => option.Name == name) is { } option
        && parsed.GetResult(option) is { Implicit: false };

    private IEnumerable<string> Words(ParseResult parsed, string path, JobYamlEntry entry)
    {
        string name = JobKeys.OptionOf(entry.Key);
        string place = _places[name] = $"{path}, line {entry.Line}";
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
