using System.Collections.Concurrent;
using System.Reflection;

namespace Orleans.Serialization;

/// <summary>The annotated members of types with <see cref="GenerateSerializerAttribute"/>.</summary>
internal static class SerializableMembers
{
    private const BindingFlags Declared = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private static readonly ConcurrentDictionary<Type, FieldInfo[]> Cache = new();

    /// <summary>Fields behind the annotated members, base classes first.</summary>
    public static FieldInfo[] Of(Type type) => Cache.GetOrAdd(type, static key =>
        [.. Levels(key).Reverse().SelectMany(level => level.GetFields(Declared).Where(field => IsAnnotated(level, field)))]);

    /// <summary>Why the type may not cross, or null.</summary>
    public static string? Complaint(Type type)
    {
        foreach (var level in Levels(type))
        {
            if (!level.IsDefined(typeof(GenerateSerializerAttribute), inherit: false))
            {
                return $"Could not find a copier for type {type}"
                    + (level == type ? ": it has no [GenerateSerializer]." : $": its base {level} has no [GenerateSerializer].");
            }

            // The package's compiler refuses both (ORLEANS0004 and the clash of ids); here the first use does.
            var bare = Array.Find(
                level.GetFields(Declared), field => !IsAnnotated(level, field) && !field.IsDefined(typeof(NonSerializedAttribute)));
            if (bare is not null)
            {
                return $"Could not find a copier for type {type}: {NameOf(bare)} has neither [Id] nor [NonSerialized].";
            }

            var clash = level.GetFields(Declared).Select(field => IdOf(level, field)).OfType<uint>()
                .GroupBy(id => id).FirstOrDefault(group => group.Count() > 1);
            if (clash is not null)
            {
                return $"Could not find a copier for type {type}: two members have [Id({clash.Key})].";
            }
        }

        return null;
    }

    private static IEnumerable<Type> Levels(Type type)
    {
        for (var level = type; level is not null && level != typeof(object) && level != typeof(ValueType); level = level.BaseType)
        {
            yield return level;
        }
    }

    private static bool IsAnnotated(Type level, FieldInfo field)
    {
        if (IdOf(level, field) is not null)
        {
            return true;
        }

        return level.IsDefined(typeof(GenerateSerializerAttribute), inherit: false) && IsRecord(level)
            && PropertyOf(level, field) is { } property && IsPrimaryParameter(level, property);
    }

    private static uint? IdOf(Type level, FieldInfo field) =>
        field.GetCustomAttribute<IdAttribute>()?.Id ?? PropertyOf(level, field)?.GetCustomAttribute<IdAttribute>()?.Id;

    private static PropertyInfo? PropertyOf(Type level, FieldInfo field) =>
        field.Name.StartsWith('<') && field.Name.EndsWith(">k__BackingField", StringComparison.Ordinal)
            ? level.GetProperty(NameOf(field), Declared)
            : null;

    private static string NameOf(FieldInfo field) =>
        field.Name.StartsWith('<') ? field.Name[1..field.Name.IndexOf('>', StringComparison.Ordinal)] : field.Name;

    private static bool IsRecord(Type type) => type.GetMethod("PrintMembers", Declared, [typeof(System.Text.StringBuilder)]) is not null;

    private static bool IsPrimaryParameter(Type level, PropertyInfo property) =>
        Array.Exists(level.GetConstructors(Declared), constructor =>
            constructor.GetParameters() is { Length: > 0 } parameters
            && Array.TrueForAll(
                parameters,
                parameter => level.GetProperty(parameter.Name!, Declared) is { } match && match.PropertyType == parameter.ParameterType)
            && Array.Exists(parameters, parameter => string.Equals(parameter.Name, property.Name, StringComparison.Ordinal)));
}
