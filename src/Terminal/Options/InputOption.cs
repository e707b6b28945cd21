using System.CommandLine;

namespace Cluster.Terminal.Options;

/// <summary>An option whose value names an input, so that a missing file gets its own exit code.</summary>
/// <param name="isData">The value is a data specification rather than a path.</param>
public sealed class InputOption(string name, bool isData) : Option<string?>(name)
{
    /// <summary>Whether the value is a data spec; otherwise it is a path.</summary>
    public bool IsData => isData;
}
