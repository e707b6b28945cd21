using System.Collections.Frozen;

namespace Cluster.Contract;

/// <summary>Two closed sets whose members are called alike, such as Coordinator's and the contract's of one thing.</summary>
public static class SameNames
{
    /// <summary>The member of that name, or null where there is none.</summary>
    /// <typeparam name="TFrom">What is given.</typeparam>
    /// <typeparam name="TTo">What is asked for.</typeparam>
    public static TTo? Find<TFrom, TTo>(TFrom value)
        where TFrom : struct, Enum
        where TTo : struct, Enum => Pair<TFrom, TTo>.Members.TryGetValue(value, out var found) ? found : null;

    /// <summary>The member of that name.</summary>
    /// <typeparam name="TFrom">What is given.</typeparam>
    /// <typeparam name="TTo">What is asked for.</typeparam>
    /// <exception cref="ArgumentOutOfRangeException">There is none.</exception>
    public static TTo Of<TFrom, TTo>(TFrom value)
        where TFrom : struct, Enum
        where TTo : struct, Enum =>
        Find<TFrom, TTo>(value) ?? throw new ArgumentOutOfRangeException(nameof(value), value, message: null);

    private static class Pair<TFrom, TTo>
        where TFrom : struct, Enum
        where TTo : struct, Enum
    {
        public static FrozenDictionary<TFrom, TTo> Members { get; } = Enum.GetValues<TFrom>()
            .Where(member => Enum.IsDefined(typeof(TTo), member.ToString()))
            .ToFrozenDictionary(member => member, member => Enum.Parse<TTo>(member.ToString()));
    }
}
