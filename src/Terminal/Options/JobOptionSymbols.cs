using System.Numerics;
using Cluster.Coordinator.Model;

namespace Cluster.Terminal.Options;

/// <summary>
/// The options of a job on the command line, the same for `run`, `submit` and the steps that search nothing: one for each of
/// <see cref="JobLimits.All"/>, or of some of them, by the type of its values. Defaults are those of <see cref="JobOptions"/>.
/// </summary>
public sealed class JobOptionSymbols
{
    private static readonly JobOptions Usual = new();
    private readonly List<Option> _symbols = [];
    private readonly List<Func<ParseResult, JobOptions, JobOptions>> _choices = [];

    private readonly Option<MaxDrop?> _maxDrop = MaxDrop.Option(JobLimits.MaxDrop.Help);

    /// <summary>Makes new options, for one command.</summary>
    /// <param name="some">Only those of these; none: all.</param>
    public JobOptionSymbols(params IReadOnlyList<JobLimit> some)
    {
        foreach (var limit in some.Count == 0 ? JobLimits.All : some)
        {
            switch (limit)
            {
                case JobLimit<double> when limit == JobLimits.MaxDrop:
                    _symbols.Add(_maxDrop);
                    break;
                case JobLimit<double> number:
                    AddNumber(number);
                    break;
                case JobLimit<int> number:
                    AddNumber(number);
                    break;
                case JobLimit<long> number:
                    AddNumber(number);
                    break;
                case JobLimit<string> text:
                    Add(text, Text(text));
                    break;
                case JobLimit<IReadOnlyList<string>> list:
                    Add(list, Words(list), words => Values(list, words));
                    break;
                default:
                    Add(limit, Choice(limit));
                    break;
            }
        }
    }

    /// <summary>All of them, in the order of the help.</summary>
    public IReadOnlyList<Option> All => _symbols;

    /// <summary>The symbol of one of them.</summary>
    public Option Of(JobLimit limit) => _symbols.Single(symbol => symbol.Name == limit.Name);

    /// <summary>One of several words; null if it was not given.</summary>
    /// <param name="limit">Its name and limits.</param>
    /// <param name="description">Another help text.</param>
    public static Option<Enum?> Choice(JobLimit limit, string? description = null)
    {
        var choices = Enum.GetValues(limit.Type).Cast<Enum>().ToDictionary(choice => JobLimit.WordOf(choice)!, StringComparer.Ordinal);
        var symbol = new Option<Enum?>(limit.Name)
        {
            Description = description ?? limit.Help,
            HelpName = limit.Word,
            CustomParser = result =>
            {
                if (result.Tokens.Count == 0)
                {
                    return ChannelScaling.On;
                }

                string word = result.Tokens[0].Value;
                if (choices.TryGetValue(MethodNames.Here(word, limit.OtherNames), out var choice))
                {
                    return choice;
                }

                result.AddError(
                    limit.Fault(word).Sentence() + Suggestions.Of(MethodNames.Key(word), choices.Keys.Concat(limit.OtherNames.Keys)));
                return null;
            },
        };

        // Without a value it is on, as in `quantize`.
        symbol.Arity = limit == JobLimits.Equalize ? ArgumentArity.ZeroOrOne : ArgumentArity.ExactlyOne;
        return symbol;
    }

    /// <summary>Splits a list of calibrators.</summary>
    public static string[] Split(string methods) =>
        methods.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>The options that a command line chooses for a search.</summary>
    /// <exception cref="UsageException">Options contradict each other.</exception>
    public JobOptions Read(ParseResult parsed, bool hasTrainingImages)
    {
        var options = Chosen(parsed);
        var decided = options.Decided(hasTrainingImages);
        RequireOneQuestion(options, isLossGiven: parsed.GetValue(_maxDrop) is not null);
        if (options.FineTune == FineTuneMode.Always && !hasTrainingImages)
        {
            throw new UsageException("--fine-tune is always where no training images are given; give labelled ones with --train.");
        }

        if (options.TrainingFault() is { } fault)
        {
            throw new UsageException(fault);
        }

        if (decided.FineTune == FineTuneMode.Never
            && JobLimits.Training.FirstOrDefault(limit => limit.In(options) is not null) is { } unused)
        {
            throw new UsageException(
                $"{unused.Name} is {unused.WordIn(options)} where nothing is to be fine-tuned; give training images with --train.");
        }

        if (options.Iterations is { } iterations && decided.Iterations is null)
        {
            throw new UsageException(
                $"{JobLimits.Iterations.Name} is {iterations} where no roundings are learned; leave it out, or ask for "
                + $"{JobLimits.Reconstruct.Name} or {JobLimits.Repair.Name}.");
        }

        return options;
    }

    /// <summary>A sentence where the accepted loss is unusually large, else null.</summary>
    public string? Warning(ParseResult parsed) => parsed.GetValue(_maxDrop)?.Warning(Chosen(parsed));

    /// <summary>The options that a command line chooses, for a job that may search nothing.</summary>
    /// <exception cref="UsageException">The metric is a command's number, and this verb starts none.</exception>
    public JobOptions Chosen(ParseResult parsed)
    {
        var options = _choices.Aggregate(Usual, (chosen, choose) => choose(parsed, chosen));
        if (options.Measure.IsCommand() && _symbols.TrueForAll(symbol => symbol.Name != JobLimits.MetricCommand.Name))
        {
            throw new UsageException($"only `run` and `quantize` start a command that judges: choose another {JobLimits.Metric.Name}.");
        }

        return parsed.GetValue(_maxDrop) is { } drop ? drop.In(options) : options;
    }

    // A loss asks for the fastest plan, a budget for the most accurate one.
    private static void RequireOneQuestion(JobOptions options, bool isLossGiven)
    {
        if (options.Aim == SearchGoal.Accurate && isLossGiven)
        {
            throw new UsageException(
                "a bound of the loss asks for the fastest plan and a budget for the most accurate one; say --goal fastest to have both "
                + "hold, or leave one of them out.");
        }

        if (options.Goal == SearchGoal.Accurate && options.Budgets == 0)
        {
            throw new UsageException(
                $"--goal accurate has no budget, and without one FP32 is the answer; give {JobLimits.LatencyBudget.Name}, "
                + $"{JobLimits.SizeBudget.Name} or {JobLimits.BopsBudget.Name}.");
        }
    }

    private static Option<string?> Text(JobLimit<string> limit)
    {
        var symbol = new Option<string?>(limit.Name) { Description = limit.Help, HelpName = limit.Word };
        if (limit.In(Usual) is string usual)
        {
            symbol.DefaultValueFactory = _ => usual;
        }

        return symbol;
    }

    /// <summary>A list of words, separated by commas or given one by one; empty if it was not given.</summary>
    public static Option<string[]> Words(JobLimit<IReadOnlyList<string>> limit)
    {
        var symbol = new Option<string[]>(limit.Name) { Description = limit.Help, HelpName = limit.Word };
        if (limit.In(Usual) is { } usual)
        {
            symbol.DefaultValueFactory = _ => [JobLimit.WordOf(usual)!];
        }

        symbol.Validators.Add(result =>
        {
            string[] words = [.. result.Tokens.Select(token => token.Value)];
            string[] single = [.. words.SelectMany(word => Split(limit, word))];
            if (words.Length > 0 && limit.Fault(single, string.Join(',', words)) is { } fault)
            {
                result.AddError(fault.Sentence() + (limit == JobLimits.Formats ? NearFormats(single) : string.Empty));
            }
        });
        return symbol;
    }

    /// <summary>What is near to the first of some words that is no format; empty if all are, or nothing is.</summary>
    public static string NearFormats(params string[] words) =>
        Array.Find(words, word => GroupFormat.TryParse(word) is null) is { } unknown
            ? Suggestions.Of(
                MethodNames.Key(unknown), NumberFormat.All.Select(format => format.Name).Concat(JobLimits.Formats.OtherNames.Keys))
            : string.Empty;

    private static string[]? Values(JobLimit<IReadOnlyList<string>> limit, string[]? words) => words is null or [] ? null
        : limit == JobLimits.Formats ? [.. words.SelectMany(Split).Select(word => GroupFormat.Parse(word).Text)]
        : [.. words.SelectMany(word => Split(limit, word))];

    // A value for an input has commas of its own.
    private static string[] Split(JobLimit limit, string text) => limit == JobLimits.Set || limit == JobLimits.Shape
        ? [text]
        : Split(text);

    private void AddNumber<T>(JobLimit<T> limit)
        where T : struct, INumber<T>
    {
        if (limit.In(Usual) is T)
        {
            Add(limit, NumberOptions.Of(limit));
        }
        else
        {
            Add(limit, QuantityOptions.Takes(limit) ? QuantityOptions.Of(limit) : NumberOptions.Open(limit));
        }
    }

    private void Add<T>(JobLimit limit, Option<T> symbol, Func<T, object?>? value = null)
    {
        _symbols.Add(symbol);
        _choices.Add((parsed, options) => limit.With(options, value is null ? parsed.GetValue(symbol) : value(parsed.GetValue(symbol)!)));
    }
}
