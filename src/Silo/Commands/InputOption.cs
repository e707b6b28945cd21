using System.CommandLine;

namespace Cluster.Silo.Commands;

/// <summary>An option whose value names what is read: a missing file is then told from other failures.</summary>
/// <param name="isData">The value is a data specification rather than a path.</param>
internal sealed class InputOption(string name, bool isData) : Option<string?>(name)
{
    public bool IsData => isData;
}
