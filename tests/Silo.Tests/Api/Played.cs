namespace Cluster.Silo.Tests.Api;

/// <summary>An implementation of an interface by a function of the called member's name.</summary>
/// <remarks>Not sealed, as its proxy derives from it.</remarks>
public class Played : DispatchProxy
{
    private Func<string, object?> _answer = null!;

    internal static T Of<T>(Func<string, object?> answer)
        where T : class
    {
        var played = Create<T, Played>();
        ((Played)(object)played)._answer = answer;
        return played;
    }

    /// <inheritdoc/>
    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => _answer(targetMethod!.Name);
}
