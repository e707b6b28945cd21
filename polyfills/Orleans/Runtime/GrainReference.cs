using System.Reflection;

namespace Orleans.Runtime;

/// <summary>
/// A grain from outside: equal when they name the same grain. Interfaces are dispatched through it; it stays open
/// because its proxies derive from it at run time.
/// </summary>
internal class GrainReference : DispatchProxy, IAddressable, IEquatable<GrainReference>
{
    private GrainFactory? _factory;
    private Type? _face;

    public GrainId GrainId { get; private set; }

    public bool Equals(GrainReference? other) => other is not null && GrainId == other.GrainId;

    public override bool Equals(object? obj) => Equals(obj as GrainReference);

    public override int GetHashCode() => GrainId.GetHashCode();

    public override string ToString() => $"GrainReference:{GrainId}:{_face?.FullName}";

    internal void Bind(GrainFactory factory, GrainId id, Type face)
    {
        _factory = factory;
        GrainId = id;
        _face = face;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
        _factory!.Calls.Invoke(this, MethodShape.Of(targetMethod!), _face!, args ?? []);
}
