using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Concurrency;
using Orleans.Configuration;

namespace Orleans.Runtime;

/// <summary>What the runtime needs to know of a grain class.</summary>
internal sealed class GrainClass
{
    private readonly ObjectFactory _create;
    private readonly bool _staysForever;

    public GrainClass(Type type)
    {
        Type = type;
        GrainType = type.GetCustomAttribute<GrainTypeAttribute>()?.GrainType ?? Conventional(type);
        Interfaces =
            [.. type.GetInterfaces().Where(face => typeof(IGrain).IsAssignableFrom(face) && face.Assembly != typeof(IGrain).Assembly)];
        IsReentrant = type.IsDefined(typeof(ReentrantAttribute), inherit: true);
        _staysForever = type.IsDefined(typeof(KeepAliveAttribute), inherit: true);
        _create = ActivatorUtilities.CreateFactory(type, Type.EmptyTypes);
    }

    public Type Type { get; }

    public string GrainType { get; }

    public Type[] Interfaces { get; }

    public bool IsReentrant { get; }

    public object Create(IServiceProvider services) => _create(services, []);

    public TimeSpan CollectionAge(GrainCollectionOptions options) => _staysForever ? TimeSpan.MaxValue : options.CollectionAge;

    private static string Conventional(Type type)
    {
        var name = type.Name.ToLowerInvariant();
        return name.Length > "grain".Length && name.EndsWith("grain", StringComparison.Ordinal) ? name[..^"grain".Length] : name;
    }
}
