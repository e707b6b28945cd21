namespace Cluster.Terminal.Options;

/// <summary>An argument that is the path of a file to read.</summary>
public sealed class InputArgument(string name) : Argument<string>(name);
