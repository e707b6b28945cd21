using System.Collections.Frozen;
using System.Reflection;

namespace Cluster.Coordinator.Model.Options;

/// <summary>One job option as users know it: its name, its help and its allowed values.</summary>
/// <param name="option">Name of its property of <see cref="JobOptions"/>.</param>
/// <param name="name">Its name on the command line.</param>
/// <param name="decides">The results that differ with its value.</param>
/// <param name="expected">What is expected, as the subject of "is expected".</param>
/// <param name="advice">What to do, without its full stop.</param>
/// <param name="help">Its text in the help.</param>
/// <param name="word">What stands for its value in the help.</param>
/// <param name="usual">The word for the default value; null: none.</param>
public abstract class JobLimit(
    string option, string name, JobResults decides, string expected, string advice, string help, string word, string? usual)
{
    private readonly PropertyInfo _property = typeof(JobOptions).GetProperty(option)!;

    /// <summary>Name of its property of <see cref="JobOptions"/>.</summary>
    public string Option => option;

    /// <summary>The option's name on the command line.</summary>
    public string Name => name;

    /// <summary>Its text in the help.</summary>
    public string Help => help;

    /// <summary>What stands for its value in the help.</summary>
    public string Word => word;

    /// <summary>The type of its values.</summary>
    public abstract Type Type { get; }

    /// <summary>The properties that it sets: its own, and what is written with its value.</summary>
    public IReadOnlyList<string> Properties { get; init; } = [option];

    /// <summary>The results that differ with its value: it is part of their contexts.</summary>
    public JobResults Decides => decides;

    /// <summary>The word here for each name that other tools have for a value, of <see cref="MethodNames"/>.</summary>
    public IReadOnlyDictionary<string, string> OtherNames { get; init; } = FrozenDictionary<string, string>.Empty;

    /// <summary>A value in the form that a user writes.</summary>
    public static string? WordOf(object? value) => value switch
    {
        null => null,
        string text => text,
        IEnumerable<string> list => string.Join(',', list),
        MetricKind metric => metric.Word(),
        RepairMethod.WeightCorrection => GroupDecision.WeightCorrection,
        Enum member => member.ToString().ToLowerInvariant(),
        _ => value.ToString(),
    };

    /// <summary>The fault of the option's value, or null if it is within the limit or not given.</summary>
    public abstract JobOptionFault? FaultIn(JobOptions options);

    /// <summary>The fault of a text that is not a value.</summary>
    public JobOptionFault Fault(string found) => new(option, name, found, expected, advice);

    /// <summary>The options with this option changed.</summary>
    public JobOptions With(JobOptions options, object? value)
    {
        var chosen = options with { };
        _property.SetValue(chosen, value);
        return chosen;
    }

    /// <summary>The option's value in the form that a user writes.</summary>
    public string WordIn(JobOptions options) => WordOf(In(options)) ?? usual ?? "none";

    /// <summary>The option's value.</summary>
    public object? In(JobOptions options) => _property.GetValue(options);
}

/// <inheritdoc/>
/// <typeparam name="T">The option's type.</typeparam>
/// <param name="option">Name of its property of <see cref="JobOptions"/>.</param>
/// <param name="name">Its name on the command line.</param>
/// <param name="decides">The results that differ with its value.</param>
/// <param name="allows">Whether a value is within the limit.</param>
/// <param name="expected">What is expected, as the subject of "is expected".</param>
/// <param name="advice">What to do, without its full stop.</param>
/// <param name="help">Its text in the help.</param>
/// <param name="word">What stands for its value in the help.</param>
/// <param name="usual">The word for the default value; null: none.</param>
public sealed class JobLimit<T>(
    string option,
    string name,
    JobResults decides,
    Func<T, bool> allows,
    string expected,
    string advice,
    string help,
    string word = "N",
    string? usual = null)
    : JobLimit(option, name, decides, expected, advice, help, word, usual)
{
    /// <inheritdoc/>
    public override Type Type => typeof(T);

    /// <inheritdoc/>
    public override JobOptionFault? FaultIn(JobOptions options) => In(options) is T value ? Fault(value) : null;

    /// <summary>The fault of a value, or null if it is within the limit.</summary>
    /// <param name="value">The value.</param>
    /// <param name="found">The value as given; null: its JSON form.</param>
    public JobOptionFault? Fault(T value, string? found = null) => allows(value) ? null : Fault(found ?? Text(value));

    private static string Text(T value) => value switch
    {
        IEnumerable<string> list => $"\"{string.Join(',', list)}\"",
        Enum member => member.ToString("D"),
        _ => $"{value}",
    };
}

/// <summary>A job option outside its limits.</summary>
/// <param name="Option">Name of its property of <see cref="JobOptions"/>.</param>
/// <param name="Name">Its name on the command line.</param>
/// <param name="Found">What was found.</param>
/// <param name="Expected">What is expected.</param>
/// <param name="Advice">What to do.</param>
public sealed record JobOptionFault(string Option, string Name, string Found, string Expected, string Advice)
{
    /// <summary>The fault in a sentence.</summary>
    /// <param name="name">The option's name where it was given; null: its name on the command line.</param>
    public string Sentence(string? name = null) =>
        $"{name ?? Name} must be {Expected}, not {Found}{(Advice.Length > 0 ? $": {Advice}" : string.Empty)}.";
}
