namespace Cluster.Client.Remote;

/// <summary>Names of nodes as people type them.</summary>
internal static class NodeName
{
    private const string Prefix = "nodes/";

    /// <summary>"x" and "nodes/x" are both "nodes/x".</summary>
    /// <exception cref="UsageException">The text cannot be a node's name.</exception>
    public static string Parse(string text)
    {
        string id = text.StartsWith(Prefix, StringComparison.Ordinal) ? text[Prefix.Length..] : text;
        return id.Length > 0 && id.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')
            ? Prefix + id
            : throw new UsageException($"'{text}' is not a node's name; write it as ./cluster nodes shows it, nodes/NODE or NODE.");
    }
}
