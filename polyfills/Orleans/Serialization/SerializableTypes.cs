using System.Collections.Specialized;
using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;

namespace Orleans.Serialization;

/// <summary>What the package serializes without being told.</summary>
internal static class SerializableTypes
{
    private static readonly HashSet<Type> Shallow =
    [
        typeof(string), typeof(decimal), typeof(DateTime), typeof(DateOnly), typeof(TimeOnly), typeof(DateTimeOffset), typeof(TimeSpan),
        typeof(IPAddress), typeof(IPEndPoint), typeof(CancellationToken), typeof(Guid), typeof(BitVector32), typeof(CompareInfo),
        typeof(CultureInfo), typeof(Version), typeof(Uri), typeof(UInt128), typeof(Int128), typeof(Half), typeof(Runtime.GrainId),
        typeof(Runtime.IdSpan),
    ];

    public static bool IsShallow(Type type) =>
        type.IsPrimitive || type.IsEnum || Shallow.Contains(type) || typeof(Type).IsAssignableFrom(type)
        || (Nullable.GetUnderlyingType(type) is { } underlying && IsShallow(underlying));

    /// <summary>Values of such declared types carry their own type: only the value can be judged.</summary>
    public static bool IsDecidedAtRunTime(Type type) =>
        type == typeof(object) || type.IsInterface || type.IsAbstract || typeof(Runtime.IAddressable).IsAssignableFrom(type);

    /// <summary>Tuples, pairs, nullables: serializable as their parts are.</summary>
    public static bool IsComposite(Type type) =>
        type.IsConstructedGenericType
        && (typeof(ITuple).IsAssignableFrom(type) || type.GetGenericTypeDefinition() is var definition
            && (definition == typeof(KeyValuePair<,>) || definition == typeof(Nullable<>)));

    public static bool IsImmutable(Type type) => type.IsDefined(typeof(ImmutableAttribute), inherit: false);
}
