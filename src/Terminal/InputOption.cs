using System.CommandLine;

namespace Cluster.Terminal;

/// <summary>An option whose value names what is read: a missing file is then told from other failures.</summary>
/// <param name="isData">The value is a data specification rather than a path.</param>
public sealed class InputOption(string name, bool isData) : Option<string?>(name)
{
    public bool IsData => isData;
}
