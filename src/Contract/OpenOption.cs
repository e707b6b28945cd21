namespace Cluster.Contract;

/// <summary>An option that may be left open on the wire: the contract's member 0, Unspecified, is no choice.</summary>
internal static class OpenOption
{
    public static TContract ToContract<TChoice, TContract>(TChoice? choice)
        where TChoice : struct, Enum
        where TContract : struct, Enum => choice is { } given ? SameNames.Of<TChoice, TContract>(given) : default;

    /// <summary>The choice; a member of a later contract keeps its number, which the option's limits refuse.</summary>
    public static TChoice? ToChoice<TContract, TChoice>(TContract member)
        where TContract : struct, Enum
        where TChoice : struct, Enum => EqualityComparer<TContract>.Default.Equals(member, default)
            ? null
            : SameNames.Find<TContract, TChoice>(member) ?? (TChoice)Enum.ToObject(typeof(TChoice), member);
}
