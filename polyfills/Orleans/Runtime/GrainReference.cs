using System.Reflection;

namespace Orleans.Runtime;

/// <summary>A grain from outside: equal when they name the same grain.</summary>
public abstract class GrainReference : DispatchProxy, IAddressable, IEquatable<GrainReference>
{
    private GrainFactory? _factory;
    private Type? _face;

    public GrainId GrainId { get; private set; }

    internal GrainFactory Factory => _factory!;

    public bool Equals(GrainReference? other) => other is not null && GrainId == other.GrainId;

    public override bool Equals(object? obj) => Equals(obj as GrainReference);

    public override int GetHashCode() => GrainId.GetHashCode();

    public override string ToString() => $"GrainReference:{GrainId}:{_face?.FullName}";

    public static bool operator ==(GrainReference? left, GrainReference? right) => left is null ? right is null : left.Equals(right);

    public static bool operator !=(GrainReference? left, GrainReference? right) => !(left == right);

    internal void Bind(GrainFactory factory, GrainId id, Type face)
    {
        _factory = factory;
        GrainId = id;
        _face = face;
    }

    internal GrainReference As(Type face) => Factory.Reference(GrainId, face);

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
        Factory.Calls.Invoke(this, MethodShape.Of(targetMethod!), _face!, args ?? []);
}
