using System.Globalization;
using Cluster.Kernels.Calibration;
using Cluster.Networks;

namespace Cluster.Cli.Options;

/// <summary>
/// Options that several commands share, with one name, one meaning and one check. A symbol belongs to one command, so each call makes a new
/// one. Checks that need only the text are made here, so a wrong value is a usage error before any work.
/// </summary>
internal static class CommonOptions
{
    /// <summary>The groups that stay in FP32 where no search names them.</summary>
    public const string KeptGroups =
        "groups that stay in FP32: names, patterns (*, ?) or indexes as inspect prints them, separated by commas";

    public static InputOption File(string name, string helpName, string description) =>
        new(name, isData: false) { Description = description, HelpName = helpName };

    /// <summary>Folders of jobs on other kinds of machines.</summary>
    public static Option<string[]> Fleet(string description) => new("--fleet")
    {
        Description = description,
        HelpName = "OUT",
        AllowMultipleArgumentsPerToken = true,
    };

    /// <summary>A number of bits from 2 to 8; null if not given.</summary>
    public static Option<int?> Bits(string name, string description) => Within(
        2, 8, "2 to 8", new Option<int?>(name) { Description = $"{description}, 2 to 8 (default: 8)", HelpName = "N" });

    /// <summary>The calibrator of every group where no plan is given.</summary>
    public static Option<string?> Method() => Checked(
        new Option<string?>("--method")
        {
            Description = $"calibrator of every group where no plan is given (default: {GivenPlan.DefaultMethod})",
            HelpName = "METHOD",
        },
        text => CalibrationMethod.Parse(text));

    /// <summary>The device for learning; null if not given.</summary>
    public static Option<string?> Device(string description) => Checked(
        new Option<string?>("--device")
        {
            Description = $"{description}: cpu, cuda (the first GPU) or cuda:N (default: cpu)",
            HelpName = "DEVICE",
        },
        text => ComputeDevice.Parse(text));

    public static Option<bool> Json(string description = "print JSON on standard output") => new("--json") { Description = description };

    public static Option<long?> Memory() => QuantityOptions.Of(WorkingMemory.Limit);

    public static Option<string?> Output(string helpName, string description, bool required) =>
        new("--output", "-o") { Description = description, HelpName = helpName, Required = required };

    public static Option<bool> Force() => new("--force") { Description = "replace an output that exists" };

    /// <summary>One of a few words; null if not given.</summary>
    public static Option<T?> Choice<T>(string name, string description, IReadOnlyDictionary<string, T> words)
        where T : struct
    {
        string all = string.Join('|', words.Keys);
        return new Option<T?>(name)
        {
            Description = description,
            HelpName = all,
            CustomParser = result =>
            {
                if (words.TryGetValue(result.Tokens[0].Value, out var value))
                {
                    return value;
                }

                result.AddError($"{name} is '{result.Tokens[0].Value}'; {all.Replace("|", " or ", StringComparison.Ordinal)} is expected.");
                return null;
            },
        };
    }

    /// <summary>Refuses whole numbers outside of a range.</summary>
    /// <param name="range">The range in words.</param>
    public static Option<T> Within<T>(int least, int most, string range, Option<T> option)
    {
        option.Validators.Add(result =>
        {
            // The parser reports values that are not numbers.
            if (result.Tokens is [{ Value: var text }, ..]
                && int.TryParse(text, CultureInfo.InvariantCulture, out int number)
                && (number < least || number > most))
            {
                result.AddError($"{option.Name} is {text}; {range} is expected.");
            }
        });
        return option;
    }

    /// <summary>Refuses texts that cannot be parsed, with the parser's sentence.</summary>
    public static T Checked<T>(T option, Action<string> parse) where T : Option
    {
        option.Validators.Add(result =>
        {
            try
            {
                foreach (var token in result.Tokens)
                {
                    parse(token.Value);
                }
            }
            catch (KernelException failure)
            {
                result.AddError(failure.Message);
            }
        });
        return option;
    }
}
