namespace Cluster.Contract;

/// <summary>Two closed sets whose members are called alike, such as Coordinator's and the contract's of one thing.</summary>
public static class SameNames
{
    /// <summary>The member of the value's name, or null where there is none.</summary>
    /// <typeparam name="TTo">What is asked for.</typeparam>
    public static TTo? Find<TTo>(Enum value)
        where TTo : struct, Enum =>
        Enum.GetName(value.GetType(), value) is { } name && Enum.TryParse<TTo>(name, out var found) ? found : null;

    /// <summary>The member of the value's name.</summary>
    /// <typeparam name="TTo">What is asked for.</typeparam>
    /// <exception cref="ArgumentOutOfRangeException">There is none.</exception>
    public static TTo Of<TTo>(Enum value)
        where TTo : struct, Enum => Find<TTo>(value) ?? throw new ArgumentOutOfRangeException(nameof(value), value, message: null);
}
