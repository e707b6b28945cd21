using System.Globalization;

namespace Cluster.Coordinator.Model.Options;

/// <summary>The values that one option of a job may have, and how they are told to a user.</summary>
/// <typeparam name="T">The option's type.</typeparam>
/// <param name="option">Name of its property of <see cref="JobOptions"/>.</param>
/// <param name="name">Its name on the command line.</param>
/// <param name="allows">Whether a value is within the limit.</param>
/// <param name="expected">What is expected, as the subject of "is expected".</param>
/// <param name="advice">What to do, without its full stop.</param>
public sealed class JobLimit<T>(string option, string name, Func<T, bool> allows, string expected, string advice)
{
    /// <summary>The option's name on the command line.</summary>
    public string Name => name;

    /// <summary>What is expected, for help and errors.</summary>
    public string Expected => expected;

    /// <summary>The fault of a value, or null where it is within the limit.</summary>
    /// <param name="value">The value.</param>
    /// <param name="found">The value as it was given; null: as it is written in JSON.</param>
    public JobOptionFault? Fault(T value, string? found = null) => allows(value) ? null : Fault(found ?? Text(value));

    /// <summary>The fault of a text that no value is written as.</summary>
    public JobOptionFault Fault(string found) => new(option, name, found, expected, advice);

    private static string Text(T value) => value switch
    {
        IEnumerable<string> list => $"\"{string.Join(',', list)}\"",
        Enum member => member.ToString("D"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{value}"),
    };
}
