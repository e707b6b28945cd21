using System.Globalization;
using System.Reflection;

namespace Cluster.Coordinator.Model.Options;

/// <summary>The allowed values of one job option, and their description for users.</summary>
/// <param name="option">Name of its property of <see cref="JobOptions"/>.</param>
/// <param name="name">Its name on the command line.</param>
/// <param name="usual">The word for the default value; null: none.</param>
public abstract class JobLimit(string option, string name, string? usual)
{
    private readonly PropertyInfo _property = typeof(JobOptions).GetProperty(option)!;

    /// <summary>The option's name on the command line.</summary>
    public string Name => name;

    /// <summary>Name of its property of <see cref="JobOptions"/>.</summary>
    protected string Option => _property.Name;

    /// <summary>The fault of the option's value, or null if it is within the limit or not given.</summary>
    public abstract JobOptionFault? FaultIn(JobOptions options);

    /// <summary>The options with this option changed.</summary>
    public JobOptions With(JobOptions options, object? value)
    {
        var chosen = options with { };
        _property.SetValue(chosen, value);
        return chosen;
    }

    /// <summary>The option's value in the form that a user writes.</summary>
    public string WordIn(JobOptions options) => Value(options) switch
    {
        null => usual ?? "none",
        IEnumerable<string> list => string.Join(',', list),
        Enum member => member.ToString().ToLowerInvariant(),
        var value => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    /// <summary>The option's value.</summary>
    protected object? Value(JobOptions options) => _property.GetValue(options);
}

/// <inheritdoc/>
/// <typeparam name="T">The option's type.</typeparam>
/// <param name="option">Name of its property of <see cref="JobOptions"/>.</param>
/// <param name="name">Its name on the command line.</param>
/// <param name="allows">Whether a value is within the limit.</param>
/// <param name="expected">What is expected, as the subject of "is expected".</param>
/// <param name="advice">What to do, without its full stop.</param>
/// <param name="usual">The word for the default value; null: none.</param>
public sealed class JobLimit<T>(
    string option, string name, Func<T, bool> allows, string expected, string advice, string? usual = null)
    : JobLimit(option, name, usual)
{
    /// <summary>What is expected, for help and errors.</summary>
    public string Expected => expected;

    /// <inheritdoc/>
    public override JobOptionFault? FaultIn(JobOptions options) => Value(options) is T value ? Fault(value) : null;

    /// <summary>The fault of a value, or null if it is within the limit.</summary>
    /// <param name="value">The value.</param>
    /// <param name="found">The value as given; null: its JSON form.</param>
    public JobOptionFault? Fault(T value, string? found = null) => allows(value) ? null : Fault(found ?? Text(value));

    /// <summary>The fault of a text that is not a value.</summary>
    public JobOptionFault Fault(string found) => new(Option, Name, found, expected, advice);

    private static string Text(T value) => value switch
    {
        IEnumerable<string> list => $"\"{string.Join(',', list)}\"",
        Enum member => member.ToString("D"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{value}"),
    };
}
