using System.CommandLine.Parsing;

namespace Cluster.Silo.Settings;

/// <summary>
/// The settings of a command: each property of <typeparamref name="T"/> with a <see cref="SettingAttribute"/>. The command line takes
/// precedence over the environment, that over the file, that over the default.
/// </summary>
/// <typeparam name="T">What is set.</typeparam>
/// <param name="environment">The variables without their prefix; null: this process's.</param>
internal sealed class SettingSymbols<T>(IReadOnlyDictionary<string, string?>? environment = null)
    where T : class, new()
{
    private const string Prefix = "CLUSTER__";

    private readonly (PropertyInfo Property, SettingAttribute Setting, Option Option)[] _all =
        [.. Settings().Select(one => (one.Property, one.Setting, Symbol(one.Property, one.Setting)))];

    private readonly Option<string?> _file = new("--config")
    {
        Description = $"JSON file of these options by their names without dashes, such as {{ \"MaxCalls\": 100 }}; the environment's "
            + $"{Prefix}MaxCalls goes before it, the command line before both",
        HelpName = "FILE",
    };

    public void AddTo(Command command)
    {
        foreach (var (_, _, option) in _all)
        {
            command.Add(option);
        }

        command.Add(_file);
    }

    /// <summary>The resulting settings.</summary>
    /// <exception cref="UsageException">A text is not valid, a name is unknown, or a required setting is missing.</exception>
    public T Read(ParseResult parsed)
    {
        var others = Others(parsed.GetValue(_file));
        var settings = new T();
        foreach (var (property, setting, option) in _all)
        {
            var section = others.GetSection(setting.Key);
            if (parsed.GetResult(option) is { Implicit: false } given)
            {
                string[] texts = [.. given.Tokens.Select(token => token.Value)];
                Set(property, setting, texts is [] ? ["true"] : texts, setting.Name);
            }
            else if (section.Exists())
            {
                string[] texts = section.Value is { } text ? [text] : [.. section.GetChildren().Select(child => child.Value ?? "")];
                Set(property, setting, texts, $"{setting.Name} ({setting.Key} of the environment or of {_file.Name})");
            }
            else if (setting.IsRequired)
            {
                throw new UsageException($"{setting.Name} is not given: {setting.Does}.");
            }
        }

        return settings;

        void Set(PropertyInfo property, SettingAttribute setting, string[] texts, string label) =>
            property.SetValue(settings, SettingText.Parse(property.PropertyType, setting, texts, label));
    }

    private IConfigurationRoot Others(string? file)
    {
        IConfigurationBuilder builder = new ConfigurationBuilder();
        if (file is not null)
        {
            builder.AddJsonFile(Path.GetFullPath(file), optional: false, reloadOnChange: false);
        }

        try
        {
            builder = environment is null ? builder.AddEnvironmentVariables(Prefix) : builder.AddInMemoryCollection(environment);
            var others = builder.Build();
            string[] unknown =
            [
                .. others.GetChildren().Select(section => section.Key)
                    .Where(key => !_all.Any(one => one.Setting.Key.Equals(key, StringComparison.OrdinalIgnoreCase))),
            ];
            return unknown is []
                ? others
                : throw new UsageException(
                    $"{string.Join(", ", unknown)} of the environment ({Prefix}…) or of {_file.Name} is not an option of this command: "
                    + $"names are those of the command line without dashes, such as {_all[0].Setting.Key}.");
        }
        catch (Exception unread) when (unread is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            throw new UsageException(
                $"{_file.Name} is '{file}', which cannot be read ({(unread.InnerException ?? unread).Message}): name a file of JSON.");
        }
    }

    // The command's own, then those that servers share.
    private static IEnumerable<(PropertyInfo Property, SettingAttribute Setting)> Settings() =>
        from property in typeof(T).GetProperties()
        let setting = property.GetCustomAttribute<SettingAttribute>()
        where setting is not null
        orderby property.DeclaringType != typeof(T), property.MetadataToken
        select (property, setting);

    private static Option Symbol(PropertyInfo property, SettingAttribute setting)
    {
        string? usual = SettingText.Of(property.GetValue(new T()), setting);
        Option option = property.PropertyType == typeof(bool) ? new Option<bool>(setting.Name)
            : property.PropertyType == typeof(IReadOnlyList<string>) && setting.Default is null ? new Option<string[]>(setting.Name)
            : new Option<string?>(setting.Name) { DefaultValueFactory = usual is null ? null : _ => usual };
        option.Description = setting.IsRequired ? $"{setting.Does} (required)" : setting.Does;
        option.HelpName = setting.Value.Length > 0 ? setting.Value : null;
        option.Hidden = setting.IsHidden;
        return option;
    }
}

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
