namespace Cluster.Silo.Settings;

/// <summary>Converts texts of settings to values of their properties, and back.</summary>
internal static class SettingText
{
    private const double Gib = 1L << 30;

    /// <summary>The value.</summary>
    /// <param name="type">The property's.</param>
    /// <param name="setting">What is set.</param>
    /// <param name="texts">One, or several of a list.</param>
    /// <param name="label">What sentences call it: the option, or where in a file or the environment it stands.</param>
    /// <exception cref="UsageException">A text is none of that type; the sentence says what is expected.</exception>
    public static object Parse(Type type, SettingAttribute setting, IReadOnlyList<string> texts, string label)
    {
        string text = texts[^1];
        type = Nullable.GetUnderlyingType(type) ?? type;
        return type switch
        {
            _ when type == typeof(string) => text,
            _ when type == typeof(bool) => bool.TryParse(text, out bool on) ? on : throw Refuse("true or false"),
            _ when type == typeof(int) => (int)Number(isWhole: true),
            _ when type == typeof(long) => (long)(Number(isWhole: false) * Gib),
            _ when type == typeof(TimeSpan) => TimeSpan.FromMinutes(Number(isWhole: false) * MinutesOf(setting)),
            _ when type == typeof(NamedFile) => new NamedFile(label, text),
            _ when type == typeof(IPAddress) => IPAddress.TryParse(text, out var address)
                ? address
                : throw Refuse("an IP address such as 10.0.0.5"),
            _ when type == typeof(IPEndPoint) => setting.Value.StartsWith('[') ? PageAddress.Parse(text) : ListenAddress.Parse(text),
            _ when type == typeof(IReadOnlyList<IPEndPoint>) => text.Split(',', StringSplitOptions.TrimEntries).Select(Place).ToArray(),
            _ when type == typeof(IReadOnlyList<string>) => setting.Value == "LIST" ? DeviceSlots.Parse(text) : texts,
            _ when type.IsEnum => Words(type, text),
            _ => throw new InvalidOperationException($"No text is a {type.Name}."),
        };

        double Number(bool isWhole) =>
            double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
                && number >= setting.Least && number <= setting.Most
                && !(setting.IsMoreThanLeast && number == setting.Least)
                && (!isWhole || double.IsInteger(number))
                ? number
                : throw Refuse(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{(isWhole ? "a whole number " : "")}{(setting.IsMoreThanLeast ? "above " : "")}{setting.Least} to {setting.Most}"));

        IPEndPoint Place(string one) => IPEndPoint.TryParse(one, out var place) && place.Port > 0
            ? place
            : throw new UsageException($"{label} has '{one}' where ADDRESS:PORT is expected, such as 10.0.0.5:30000.");

        object Words(Type words, string list)
        {
            foreach (string word in list.Split(',', StringSplitOptions.TrimEntries))
            {
                if (!setting.Default!.Split(',').Contains(word, StringComparer.Ordinal))
                {
                    throw new UsageException(
                        $"{label} has '{word}' where {setting.Default.Replace(",", " or ", StringComparison.Ordinal)} is expected, or both "
                        + "with a comma.");
                }
            }

            return Enum.Parse(words, list, ignoreCase: true);
        }

        UsageException Refuse(string expected) => new($"{label} must be {expected}, not '{text}'.");
    }

    /// <summary>A default as it would be typed; null for none.</summary>
    public static string? Of(object? value, SettingAttribute setting) => setting.Default ?? value switch
    {
        null or false or 0 or 0L or "" => null,
        long bytes => (bytes / Gib).ToString(CultureInfo.InvariantCulture),
        TimeSpan time when time == TimeSpan.Zero => null,
        TimeSpan time => (time.TotalMinutes / MinutesOf(setting)).ToString(CultureInfo.InvariantCulture),
        System.Collections.ICollection { Count: 0 } => null,
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString(),
    };

    private static double MinutesOf(SettingAttribute setting) => setting.Value == "DAYS" ? TimeSpan.FromDays(1).TotalMinutes : 1;
}
