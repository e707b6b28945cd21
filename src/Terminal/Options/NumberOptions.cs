using Cluster.Coordinator.Model;

namespace Cluster.Terminal.Options;

/// <summary>Options that take a number, checked before any work.</summary>
public static class NumberOptions
{
    /// <summary>A whole number from 1, with a default.</summary>
    public static Option<int> Positive(string name, string description, int fallback) =>
        Positive(new Option<int>(name) { Description = description, HelpName = "N", DefaultValueFactory = _ => fallback });

    /// <summary>Refuses numbers below 1.</summary>
    public static Option<T> Positive<T>(Option<T> option)
    {
        option.Validators.Add(result =>
        {
            // The parser reports values that are not numbers.
            if (result.Tokens is [{ Value: var text }, ..]
                && int.TryParse(text, CultureInfo.InvariantCulture, out int number)
                && number < 1)
            {
                result.AddError($"{option.Name} must be 1 or more, not {text}.");
            }
        });
        return option;
    }

    /// <summary>An option of a job that is a number and has a default.</summary>
    public static Option<T> Of<T>(JobLimit<T> limit)
        where T : struct, IParsable<T> =>
        Limited(new Option<T>(limit.Name) { DefaultValueFactory = _ => (T)limit.In(new JobOptions())! }, limit);

    /// <summary>An option of a job that is a number and has no default; null if it was not given.</summary>
    public static Option<T?> Open<T>(JobLimit<T> limit)
        where T : struct, IParsable<T> => Limited(new Option<T?>(limit.Name), limit);

    /// <summary>A value that a text is read as; null if it was not given.</summary>
    internal static Option<T?> Parsed<T>(
        string name, string description, string helpName, Func<string, T> parse, Func<T, string, JobOptionFault?>? check = null)
        where T : struct => new(name)
        {
            Description = description,
            HelpName = helpName,
            CustomParser = result =>
            {
                string text = result.Tokens[0].Value;
                try
                {
                    var value = parse(text);
                    if (check?.Invoke(value, text) is not { } fault)
                    {
                        return value;
                    }

                    result.AddError(fault.Sentence());
                }
                catch (FormatException failure)
                {
                    result.AddError($"{name}: {failure.Message}");
                }

                return null;
            },
        };

    /// <summary>Checks the text of an option that was given.</summary>
    internal static void Report(OptionResult result, Func<string, JobOptionFault?> check)
    {
        if (result.Tokens is [{ Value: var text }, ..] && check(text) is { } fault)
        {
            result.AddError(fault.Sentence());
        }
    }

    // The parser reports values that are not numbers.
    private static Option<TOption> Limited<TOption, T>(Option<TOption> option, JobLimit<T> limit)
        where T : struct, IParsable<T>
    {
        (option.Description, option.HelpName) = (limit.Help, limit.Word);
        option.Validators.Add(result => Report(
            result, text => T.TryParse(text, CultureInfo.InvariantCulture, out var number) ? limit.Fault(number, text) : null));
        return option;
    }
}
