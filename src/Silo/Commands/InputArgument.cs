using System.CommandLine;

namespace Cluster.Silo.Commands;

/// <summary>An argument that is the path of a file to read.</summary>
internal sealed class InputArgument(string name) : Argument<string>(name);
