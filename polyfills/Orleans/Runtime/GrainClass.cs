using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Concurrency;
using Orleans.Configuration;
using Orleans.Serialization.Invocation;

namespace Orleans.Runtime;

/// <summary>What the runtime needs to know of a grain class.</summary>
internal sealed class GrainClass
{
    private readonly ObjectFactory _create;
    private readonly TimeSpan? _age;
    private readonly string _name;

    public GrainClass(Type type)
    {
        Type = type;
        _name = type.FullName ?? type.Name;
        GrainType = GrainType.Create(type.GetCustomAttribute<GrainTypeAttribute>()?.GrainType ?? Conventional(type));
        Interfaces = [.. type.GetInterfaces().Where(face => typeof(IGrain).IsAssignableFrom(face) && face.Assembly != typeof(IGrain).Assembly)];
        IsReentrant = type.IsDefined(typeof(ReentrantAttribute), inherit: true);
        MayInterleave = type.GetCustomAttribute<MayInterleaveAttribute>() is { } attribute ? Predicate(type, attribute.CallbackMethodName) : null;
        _age = type.IsDefined(typeof(KeepAliveAttribute), inherit: true)
            ? TimeSpan.MaxValue
            : type.GetCustomAttribute<CollectionAgeLimitAttribute>()?.AgeLimit;
        _create = ActivatorUtilities.CreateFactory(type, Type.EmptyTypes);
    }

    public Type Type { get; }

    public GrainType GrainType { get; }

    public Type[] Interfaces { get; }

    public Type PrimaryInterface => Interfaces[0];

    public bool IsReentrant { get; }

    public Func<object, Request, bool>? MayInterleave { get; }

    public object Create(IServiceProvider services) => _create(services, []);

    public TimeSpan CollectionAge(GrainCollectionOptions options) =>
        options.ClassSpecificCollectionAge.TryGetValue(_name, out var configured) ? configured : _age ?? options.CollectionAge;

    private static string Conventional(Type type)
    {
        var name = type.Name.ToLowerInvariant();
        return name.Length > "grain".Length && name.EndsWith("grain", StringComparison.Ordinal) ? name[..^"grain".Length] : name;
    }

    private static Func<object, Request, bool> Predicate(Type type, string name)
    {
        var method = type.GetMethod(name, BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance, [typeof(IInvokable)])
            ?? throw new OrleansConfigurationException($"{type} has [MayInterleave(\"{name}\")] but no method {name}({nameof(IInvokable)}).");
        return (grain, request) => request is IInvokable && (bool)method.Invoke(
            method.IsStatic ? null : grain, BindingFlags.DoNotWrapExceptions, binder: null, [request], culture: null)!;
    }
}
