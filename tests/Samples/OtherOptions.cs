using System.Reflection;

namespace Cluster.Tests;

/// <summary>Each option of a job by itself, chosen otherwise than by default: what carries options must carry every one of these.</summary>
public static class OtherOptions
{
    /// <summary>The options' properties.</summary>
    public static IReadOnlyList<PropertyInfo> Properties { get; } =
        [.. typeof(JobOptions).GetProperties().Where(property => property.CanWrite)];

    /// <summary>Options that differ from the defaults in one property alone, and are within their limits.</summary>
    public static JobOptions In(PropertyInfo property)
    {
        var options = new JobOptions();
        property.SetValue(options, Value(property));
        return IsRelative(property) ? options with { MaxDrop = 0.05 } : options;
    }

    /// <summary>The value that <see cref="In"/> gives a property, as a user types it.</summary>
    public static string Text(PropertyInfo property) => Value(property) switch
    {
        _ when IsRelative(property) => $"0.05{JobLimits.OfFloat32}",
        var value => JobLimit.WordOf(value)!,
    };

    // It says what the bound is a share of, and is written behind it.
    private static bool IsRelative(PropertyInfo property) => property.Name == nameof(JobOptions.MaxDropIsRelative);

    private static object Value(PropertyInfo property)
    {
        var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        return type switch
        {
            _ when type == typeof(string) => "other",
            _ when property.Name == nameof(JobOptions.Formats) => (string[])["int8", "w4a8"],
            _ when property.Name == nameof(JobOptions.Shape) => (string[])["x=1,3,320,320"],
            _ when property.Name == nameof(JobOptions.Set) => (string[])["sr=16000"],
            _ when property.Name == nameof(JobOptions.AlsoExport) => (string[])[ExtraExport.TensorRt, ExtraExport.Paddle],
            _ when type == typeof(IReadOnlyList<string>) => (string[])["mse", "max"],
            _ when property.Name == nameof(JobOptions.MaxDrop) => 0.05, // more is typed in percent
            _ when type == typeof(double) => 0.75,
            _ when type == typeof(int) => 7,
            _ when type == typeof(long) => 7L,
            _ when type == typeof(bool) => true,
            _ when type == typeof(StrategyKind) => StrategyKind.Greedy, // the last is the default
            _ when type.IsEnum => Enum.TryParse(type, "Always", out object? always) ? always : type.GetEnumValues().Cast<object>().Last(),
            _ => throw new NotSupportedException($"{property.Name} is a {type.Name}: say here what another value of it is."),
        };
    }
}
