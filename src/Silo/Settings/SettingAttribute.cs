namespace Cluster.Silo.Settings;

/// <summary>
/// An option of a server: on the command line by <paramref name="name"/>, in a file (--config) and in the environment by <see cref="Key"/>.
/// The property holds its default; <see cref="SettingText"/> defines the valid texts for its type and unit.
/// </summary>
/// <param name="name">As on the command line, such as "--max-calls".</param>
/// <param name="does">Its description in the help.</param>
/// <param name="value">Its value's name in the help, and its unit: GIB, DAYS, MINUTES; empty for a switch.</param>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class SettingAttribute(string name, string does, string value = "") : Attribute
{
    public string Name => name;

    public string Does => does;

    public string Value => value;

    /// <summary>The least valid number, in its unit.</summary>
    public double Least { get; init; }

    /// <summary>The greatest valid number, in its unit.</summary>
    public double Most { get; init; } = 1_000_000;

    /// <summary>Whether the least number itself is refused.</summary>
    public bool IsMoreThanLeast { get; init; }

    /// <summary>Whether it is required.</summary>
    public bool IsRequired { get; init; }

    /// <summary>Whether the help omits it: for tests and benchmarks.</summary>
    public bool IsHidden { get; init; }

    /// <summary>The default as it would be typed, if the property's own text differs.</summary>
    public string? Default { get; init; }

    /// <summary>Its name in files and, after CLUSTER__, in the environment: "MaxCalls". Case-insensitive.</summary>
    public string Key => string.Concat(
        name.Split('-', StringSplitOptions.RemoveEmptyEntries).Select(word => char.ToUpperInvariant(word[0]) + word[1..]));
}
