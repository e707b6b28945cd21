namespace Cluster.Grains.Contracts;

/// <summary>Keys of objects on one node: its id, a bar, and the rest.</summary>
internal static class NodeKey
{
    private const char Bar = '|';

    public static string Of(string node, string rest) => $"{node}{Bar}{rest}";

    /// <summary>The node's id in a key.</summary>
    public static string NodeOf(string key) => key.IndexOf(Bar, StringComparison.Ordinal) is var bar and >= 0 ? key[..bar] : key;
}
