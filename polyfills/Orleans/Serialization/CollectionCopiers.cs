using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Collections.ObjectModel;
using System.Reflection;

namespace Orleans.Serialization;

/// <summary>Copies of the collections that the package serializes. Found by their generic definition.</summary>
internal static class CollectionCopiers
{
    // A copier's parameter type is what it copies.
    private static readonly Dictionary<Type, MethodInfo> ByDefinition = typeof(CollectionCopiers)
        .GetMethods(BindingFlags.Static | BindingFlags.NonPublic)
        .Where(method => string.Equals(method.Name, nameof(Copy), StringComparison.Ordinal))
        .ToDictionary(method => method.GetParameters()[0].ParameterType.GetGenericTypeDefinition());

    public static bool Knows(Type type) => type.IsConstructedGenericType && ByDefinition.ContainsKey(type.GetGenericTypeDefinition());

    public static Func<object, CopyContext, object>? For(Type type)
    {
        if (!Knows(type))
        {
            return null;
        }

        var method = ByDefinition[type.GetGenericTypeDefinition()].MakeGenericMethod(type.GetGenericArguments());
        return typeof(CollectionCopiers).GetMethod(nameof(Untyped), BindingFlags.Static | BindingFlags.NonPublic)!
            .MakeGenericMethod(type).Invoke(null, [method]) as Func<object, CopyContext, object>;
    }

    private static Func<object, CopyContext, object> Untyped<T>(MethodInfo method)
        where T : notnull
    {
        var copy = method.CreateDelegate<Func<T, CopyContext, T>>();
        return (value, context) => copy((T)value, context);
    }

    private static List<T> Copy<T>(List<T> value, CopyContext context)
    {
        var copy = new List<T>(value.Count);
        context.Record(value, copy);
        copy.AddRange(value.Select(context.Copy));
        return copy;
    }

    private static Dictionary<TKey, T> Copy<TKey, T>(Dictionary<TKey, T> value, CopyContext context)
        where TKey : notnull
    {
        var copy = new Dictionary<TKey, T>(value.Count, value.Comparer);
        context.Record(value, copy);
        foreach (var (key, item) in value)
        {
            copy.Add(context.Copy(key), context.Copy(item));
        }

        return copy;
    }

    private static SortedDictionary<TKey, T> Copy<TKey, T>(SortedDictionary<TKey, T> value, CopyContext context)
        where TKey : notnull
    {
        var copy = new SortedDictionary<TKey, T>(value.Comparer);
        context.Record(value, copy);
        foreach (var (key, item) in value)
        {
            copy.Add(context.Copy(key), context.Copy(item));
        }

        return copy;
    }

    private static ConcurrentDictionary<TKey, T> Copy<TKey, T>(ConcurrentDictionary<TKey, T> value, CopyContext context)
        where TKey : notnull =>
        new(value.Select(pair => KeyValuePair.Create(context.Copy(pair.Key), context.Copy(pair.Value))), value.Comparer);

    private static HashSet<T> Copy<T>(HashSet<T> value, CopyContext context) => new(value.Select(context.Copy), value.Comparer);

    private static SortedSet<T> Copy<T>(SortedSet<T> value, CopyContext context) => new(value.Select(context.Copy), value.Comparer);

    private static Queue<T> Copy<T>(Queue<T> value, CopyContext context) => new(value.Select(context.Copy));

    private static Stack<T> Copy<T>(Stack<T> value, CopyContext context) => new(value.Reverse().Select(context.Copy));

    private static ReadOnlyCollection<T> Copy<T>(ReadOnlyCollection<T> value, CopyContext context) => new([.. value.Select(context.Copy)]);

    private static ReadOnlyDictionary<TKey, T> Copy<TKey, T>(ReadOnlyDictionary<TKey, T> value, CopyContext context)
        where TKey : notnull =>
        new(value.ToDictionary(pair => context.Copy(pair.Key), pair => context.Copy(pair.Value)));

    private static ImmutableArray<T> Copy<T>(ImmutableArray<T> value, CopyContext context) =>
        value.IsDefault ? value : [.. value.Select(context.Copy)];

    private static ImmutableList<T> Copy<T>(ImmutableList<T> value, CopyContext context) => [.. value.Select(context.Copy)];

    private static ImmutableHashSet<T> Copy<T>(ImmutableHashSet<T> value, CopyContext context) =>
        value.Select(context.Copy).ToImmutableHashSet(value.KeyComparer);

    private static ImmutableSortedSet<T> Copy<T>(ImmutableSortedSet<T> value, CopyContext context) =>
        value.Select(context.Copy).ToImmutableSortedSet(value.KeyComparer);

    private static ImmutableQueue<T> Copy<T>(ImmutableQueue<T> value, CopyContext context) => [.. value.Select(context.Copy)];

    private static ImmutableStack<T> Copy<T>(ImmutableStack<T> value, CopyContext context) =>
        ImmutableStack.CreateRange(value.Reverse().Select(context.Copy));

    private static ImmutableDictionary<TKey, T> Copy<TKey, T>(ImmutableDictionary<TKey, T> value, CopyContext context)
        where TKey : notnull =>
        value.ToImmutableDictionary(
            pair => context.Copy(pair.Key), pair => context.Copy(pair.Value), value.KeyComparer, value.ValueComparer);

    private static ImmutableSortedDictionary<TKey, T> Copy<TKey, T>(ImmutableSortedDictionary<TKey, T> value, CopyContext context)
        where TKey : notnull =>
        value.ToImmutableSortedDictionary(
            pair => context.Copy(pair.Key), pair => context.Copy(pair.Value), value.KeyComparer, value.ValueComparer);

    private static Memory<T> Copy<T>(Memory<T> value, CopyContext context) => value.ToArray().Select(context.Copy).ToArray();

    private static ReadOnlyMemory<T> Copy<T>(ReadOnlyMemory<T> value, CopyContext context) =>
        value.ToArray().Select(context.Copy).ToArray();
}
