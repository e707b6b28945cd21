using System.Reflection;

namespace Cluster.Simulation.Rehearsals;

/// <summary>
/// A grain's interface, answered by an object's methods of the same names. Not by a class that implements it: every silo of a process that
/// has this assembly would take that for one more grain.
/// </summary>
/// <remarks>Not sealed, as its proxies derive from it.</remarks>
public class RehearsedReference : DispatchProxy
{
    private object _target = null!;

    internal static object Of(Type face, object target)
    {
        var reference = Create(face, typeof(RehearsedReference));
        ((RehearsedReference)reference)._target = target;
        return reference;
    }

    /// <inheritdoc/>
    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
        _target.GetType().GetMethod(targetMethod!.Name)!.Invoke(_target, args);
}
