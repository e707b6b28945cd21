using System.CommandLine.Parsing;
using System.Globalization;

namespace Cluster.Client.Commands;

/// <summary>Options and arguments that are checked before any work: an invalid value is a usage error.</summary>
internal static class RemoteValues
{
    public static Argument<string> Job()
    {
        var argument = new Argument<string>("JOB") { Description = "jobs/ID or ID" };
        argument.Validators.Add(result => Check(result, text => Remote.JobName.Parse(text)));
        return argument;
    }

    /// <summary>The most to list; null for all.</summary>
    public static Option<int?> Limit(string what) =>
        NumberOptions.Positive(new Option<int?>("--limit") { Description = $"most {what} to list (default: all)", HelpName = "N" });

    /// <summary>A time such as 30s, 2m, 1h or 30; null if none was given.</summary>
    public static Option<TimeSpan?> Duration(string name, string description, int mostDays = 1) => new(name)
    {
        Description = description,
        HelpName = "TIME",
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            double unit = text.EndsWith('m') ? 60 : text.EndsWith('h') ? 3600 : text.EndsWith('d') ? 86_400 : 1;
            if (double.TryParse(
                text.TrimEnd('s', 'm', 'h', 'd'),
                NumberStyles.AllowDecimalPoint,
                CultureInfo.InvariantCulture,
                out double number) && number * unit > 0 && number * unit <= 86_400 * mostDays)
            {
                return TimeSpan.FromSeconds(number * unit);
            }

            string most = mostDays == 1 ? "a day is expected, such as 30s, 2m or 1h" : $"{mostDays} days is expected, such as 2h or 7d";
            result.AddError($"{name} is {text}; a time up to {most}.");
            return null;
        },
    };

    /// <summary>States as people write them, separated by commas; may be given several times.</summary>
    public static Option<string[]> States<T>(string description)
        where T : struct, Enum
    {
        var option = new Option<string[]>("--state")
        {
            Description = $"{description}: {string.Join(", ", Names<T>())}",
            HelpName = "STATE",
            DefaultValueFactory = _ => [],
        };
        option.Validators.Add(result => Check(result, text => ParseStates<T>([text])));
        return option;
    }

    /// <exception cref="UsageException">A name is not a state.</exception>
    public static IReadOnlyList<T> ParseStates<T>(IEnumerable<string> texts)
        where T : struct, Enum =>
        [.. texts.SelectMany(text => text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            .Select(ParseState<T>)];

    private static T ParseState<T>(string name)
        where T : struct, Enum =>
        Names<T>().Contains(name.ToLowerInvariant(), StringComparer.Ordinal)
            ? Enum.Parse<T>(name, ignoreCase: true)
            : throw new UsageException($"'{name}' is not a state; states are {string.Join(", ", Names<T>())}.");

    // The first value of each of the contract's enums means that no value was given.
    private static IEnumerable<string> Names<T>()
        where T : struct, Enum => Enum.GetNames<T>().Skip(1).Select(name => name.ToLowerInvariant());

    private static void Check(SymbolResult result, Action<string> parse)
    {
        try
        {
            foreach (var token in result.Tokens)
            {
                parse(token.Value);
            }
        }
        catch (UsageException failure)
        {
            result.AddError(failure.Message);
        }
    }
}
