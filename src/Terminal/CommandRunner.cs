using System.CommandLine.Invocation;

namespace Cluster.Terminal;

/// <summary>Runs a program's command line; the exit code is one of <see cref="ExitCode"/>.</summary>
public static class CommandRunner
{
    private static readonly ParserConfiguration Grammar = new() { ResponseFileTokenReplacer = null };

    /// <summary>Parses and runs a command line. If it cannot be parsed, that is a usage error of one line, before any work.</summary>
    /// <param name="root">The program's commands.</param>
    /// <param name="args">The command line.</param>
    /// <param name="endingTime">How long an interrupted command may take to finish its current work.</param>
    /// <param name="output">Standard output.</param>
    /// <param name="error">Standard error.</param>
    /// <param name="cancellation">Interrupts the command.</param>
    public static async Task<int> RunAsync(
        RootCommand root,
        string[] args,
        TimeSpan endingTime,
        TextWriter output,
        TextWriter error,
        CancellationToken cancellation = default)
    {
        string[] typed = args switch
        {
            [] => ["--help"],
            ["help", .. var verb] => [.. verb, "--help"],
            ["version"] => ["--version"],
            _ => args,
        };
        var parsed = root.Parse(typed, Grammar);
        int read = await CommandEnds.RunAsync(
            () =>
            {
                parsed = Expanded(root, parsed, typed);
                return Task.FromResult(ExitCode.Done);
            },
            error,
            known: _ => null);
        if (read != ExitCode.Done)
        {
            return read;
        }

        if (parsed.Action is ParseErrorAction
            || (parsed.Action == parsed.CommandResult.Command.Action && WithComma(parsed) is not null)
            || (parsed.Action is CommandHelp && UnknownVerb(parsed) is not null)
            || (parsed.Action is AsynchronousCommandLineAction && UnknownOption(parsed) is not null))
        {
            await error.WriteLineAsync($"cluster: {Problem(parsed)}");
            await error.WriteLineAsync($"Try './cluster {Verb(parsed)}--help'.");
            return ExitCode.Usage;
        }

        var streams = new InvocationConfiguration
        {
            Output = output,
            Error = error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = endingTime,
        };
        int code = await parsed.InvokeAsync(streams, cancellation);
        return args.Length == 0 ? ExitCode.Usage : code;
    }

    /// <summary>Parses a command line with what its <see cref="Jobs.ConfigOption"/> adds; runs nothing.</summary>
    /// <exception cref="UsageException">The file is no job's.</exception>
    public static ParseResult Parse(RootCommand root, string[] args) => Expanded(root, root.Parse(args, Grammar), args);

    private static ParseResult Expanded(RootCommand root, ParseResult parsed, string[] args) =>
        parsed.Action is CommandHelp ? parsed : root.Parse(FileOf(parsed)?.Expand(parsed, args) ?? args, Grammar);

    private static string Problem(ParseResult parsed)
    {
        if (UnknownVerb(parsed) is { } word)
        {
            var own = parsed.CommandResult.Command.Subcommands.Select(command => command.Name);
            return OtherVerbs.KindOf(word) is { } kind
                ? $"'{word}' is a {kind} command, which another program runs; type ./cluster {word}."
                : $"There is no command '{word}'.{Suggestions.Of(word, own.Concat(OtherVerbs.Names))}";
        }

        return UnknownOption(parsed) is { } option
            ? $"{option} is not an option of {parsed.CommandResult.Command.Name}."
                + Suggestions.Of(option, parsed.CommandResult.Command.Options.Select(known => known.Name))
            : parsed.Errors.Count == 0 && WithComma(parsed) is { } comma ? comma
            : string.Join(' ', parsed.Errors.Select(error => Place(parsed, error) + Words(error)).Distinct(StringComparer.Ordinal));
    }

    private static IOptionFile? FileOf(ParseResult parsed) => parsed.CommandResult.Command.Options.OfType<IOptionFile>().FirstOrDefault();

    // Where the option that an error is about was given, if not on the command line.
    private static string Place(ParseResult parsed, ParseError error)
    {
        var at = error.SymbolResult;
        while (at is not null and not OptionResult)
        {
            at = at.Parent;
        }

        return at is OptionResult { Option.Name: var name } && FileOf(parsed)?.PlaceOf(name) is { } place ? $"{place}: " : string.Empty;
    }

    // The parser names .NET's types.
    private static string Words(ParseError problem) =>
        problem is { SymbolResult: OptionResult { Tokens: [var value, ..], Option: var option } }
        && problem.Message.Contains("'System.", StringComparison.Ordinal)
            ? $"{option.Name} must be {Kind(option.ValueType)}, not '{value.Value}'."
            : problem.Message;

    // The parser would read "0,5" as 5.
    private static string? WithComma(ParseResult parsed) => parsed.CommandResult.Children.OfType<OptionResult>()
        .Where(result => (Nullable.GetUnderlyingType(result.Option.ValueType) ?? result.Option.ValueType) == typeof(double))
        .SelectMany(result => result.Tokens.Where(token => token.Value.Contains(',', StringComparison.Ordinal)).Select(
            token => $"{result.Option.Name} must be a number with a point, such as 0.5, not '{token.Value}'."))
        .FirstOrDefault();

    private static string Kind(Type type) => Type.GetTypeCode(Nullable.GetUnderlyingType(type) ?? type) switch
    {
        TypeCode.Double or TypeCode.Single or TypeCode.Decimal => "a number",
        TypeCode.Int32 or TypeCode.Int64 or TypeCode.UInt32 or TypeCode.UInt64 => "a whole number",
        TypeCode.Boolean => "true or false",
        _ => "another value",
    };

    private static string? UnknownVerb(ParseResult parsed) =>
        parsed is { CommandResult.Command: RootCommand, UnmatchedTokens: [var word, ..] } ? word : null;

    // What is missing beside it may be what it stands for; the parser takes it for an argument where one is expected. After "--" it is one.
    private static string? UnknownOption(ParseResult parsed) => parsed.Tokens.Any(token => token.Type == TokenType.DoubleDash)
        ? null
        : parsed.UnmatchedTokens
            .Concat(parsed.CommandResult.Children.OfType<ArgumentResult>().SelectMany(result => result.Tokens).Select(token => token.Value))
            .FirstOrDefault(IsOption);

    // "-model" is one with a dash too few; "-1" is a number.
    private static bool IsOption(string word) => word is ['-', '-', _, ..] or ['-', >= 'a' and <= 'z', _, ..];

    private static string Verb(ParseResult parsed) =>
        parsed.CommandResult.Command is RootCommand ? "" : $"{parsed.CommandResult.Command.Name} ";
}
