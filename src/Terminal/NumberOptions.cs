using System.CommandLine;
using System.Globalization;

namespace Cluster.Terminal;

/// <summary>Options that take a number, judged before any work; the remote commands have the same.</summary>
public static class NumberOptions
{
    public static Option<int> Positive(string name, string description, int fallback) =>
        Positive(new Option<int>(name) { Description = description, HelpName = "N", DefaultValueFactory = _ => fallback });

    public static Option<T> Positive<T>(Option<T> option)
    {
        option.Validators.Add(result =>
        {
            // What is no number at all is reported by the parser.
            if (result.Tokens is [{ Value: var text }, ..] && int.TryParse(text, CultureInfo.InvariantCulture, out int number) && number < 1)
            {
                result.AddError($"{option.Name} is {text}; 1 or more is expected.");
            }
        });
        return option;
    }

    public static Option<long> Seed()
    {
        var option = new Option<long>("--seed") { Description = "seed of every random choice, 0 to 2^53 - 1", HelpName = "N", DefaultValueFactory = _ => 0 };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var text }, ..] && long.TryParse(text, CultureInfo.InvariantCulture, out long seed) && seed is < 0 or >= 1L << 53)
            {
                result.AddError($"--seed is {text}; 0 to 2^53 - 1 is expected, as JSON readers keep no more.");
            }
        });
        return option;
    }

    /// <summary>A share such as 0.5% or 0.005, from 0 to below 1.</summary>
    public static Option<double> Share(string name, string description, double fallback) => new(name)
    {
        Description = description,
        HelpName = "SHARE",
        DefaultValueFactory = _ => fallback,
        CustomParser = result =>
        {
            try
            {
                double share = Fraction.Parse(result.Tokens[0].Value);
                if (share is >= 0 and < 1)
                {
                    return share;
                }

                result.AddError($"{name} is {result.Tokens[0].Value}; 0 to below 100% is expected, e.g. 0.5% or 0.005.");
            }
            catch (FormatException failure)
            {
                result.AddError($"{name}: {failure.Message}");
            }

            return fallback;
        },
    };
}
