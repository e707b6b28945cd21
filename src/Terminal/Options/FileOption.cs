using System.CommandLine;

namespace Cluster.Terminal.Options;

/// <summary>An option whose value is the path of a file that a program reads besides its inputs.</summary>
public static class FileOption
{
    /// <param name="name">Name such as "--token-file".</param>
    /// <param name="description">The help text.</param>
    public static Option<string?> Create(string name, string description) => new(name) { Description = description, HelpName = "FILE" };
}
