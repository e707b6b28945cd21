using System.Collections.Concurrent;
using System.Reflection;

namespace Orleans.Serialization;

/// <summary>Copies what crosses between grains, and refuses what the package's serializer would refuse.</summary>
internal sealed class DeepCopier
{
    private readonly ConcurrentDictionary<Type, Func<object, CopyContext, object>> _copiers = new();
    private readonly ConcurrentDictionary<Type, string> _verdicts = new();

    /// <exception cref="CodecNotFoundException">A type in the value may not cross.</exception>
    public object? Copy(object? value) => value is null ? null : new CopyContext(this).CopyObject(value);

    public Func<object, CopyContext, object> CopierOf(Type type) => _copiers.GetOrAdd(type, Build);

    /// <summary>Why values declared as this type can never cross, or null.</summary>
    public string? Complaint(Type declared)
    {
        var verdict = _verdicts.GetOrAdd(declared, type => Find(type, []) ?? "");
        return verdict.Length == 0 ? null : verdict;
    }

    private static string? Find(Type type, HashSet<Type> visited)
    {
        if (!visited.Add(type) || type.IsGenericParameter || SerializableTypes.IsShallow(type)
            || SerializableTypes.IsDecidedAtRunTime(type))
        {
            return null;
        }

        if (type.IsArray)
        {
            return Find(type.GetElementType()!, visited);
        }

        if (SerializableTypes.IsComposite(type) || CollectionCopiers.Knows(type))
        {
            return type.GetGenericArguments().Select(argument => Find(argument, visited))
                .FirstOrDefault(complaint => complaint is not null);
        }

        if (typeof(Exception).IsAssignableFrom(type))
        {
            return null;
        }

        return SerializableMembers.Complaint(type)
            ?? SerializableMembers.Of(type).Select(member => Find(member.FieldType, visited))
                .FirstOrDefault(complaint => complaint is not null);
    }

    private Func<object, CopyContext, object> Build(Type type)
    {
        if (Complaint(type) is { } complaint)
        {
            throw new CodecNotFoundException(complaint);
        }

        if (SerializableTypes.IsShallow(type) || typeof(Runtime.GrainReference).IsAssignableFrom(type)
            || typeof(Exception).IsAssignableFrom(type) || (SerializableTypes.IsImmutable(type) && !type.IsArray))
        {
            return static (value, _) => value;
        }

        if (typeof(Runtime.IAddressable).IsAssignableFrom(type))
        {
            throw new CodecNotFoundException($"Could not find a copier for type {type}: pass a reference instead of the grain.");
        }

        return type.IsArray ? BuildArray(type.GetElementType()!)
            : CollectionCopiers.For(type) ?? BuildMembers(type);
    }

    private static Func<object, CopyContext, object> BuildArray(Type element)
    {
        if (SerializableTypes.IsShallow(element))
        {
            return static (value, _) => ((Array)value).Clone();
        }

        return static (value, context) =>
        {
            var copy = (Array)((Array)value).Clone();
            context.Record(value, copy);
            var index = new int[copy.Rank];
            foreach (var item in (Array)value)
            {
                copy.SetValue(context.CopyObject(item), index);
                for (var axis = index.Length - 1; axis >= 0 && ++index[axis] == copy.GetLength(axis); axis--)
                {
                    index[axis] = 0;
                }
            }

            return copy;
        };
    }

    private static Func<object, CopyContext, object> BuildMembers(Type type)
    {
        var members = SerializableTypes.IsComposite(type)
            ? [.. type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)]
            : SerializableMembers.Of(type);
        var constructor = type.IsValueType
            ? null
            : type.GetConstructor(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic, Type.EmptyTypes);
        return (value, context) =>
        {
            // As in the package: a parameterless constructor runs where there is one.
            var copy = constructor?.Invoke(null) ?? System.Runtime.CompilerServices.RuntimeHelpers.GetUninitializedObject(type);
            context.Record(value, copy);
            foreach (var member in members)
            {
                member.SetValue(copy, context.CopyObject(member.GetValue(value)));
            }

            return copy;
        };
    }
}
