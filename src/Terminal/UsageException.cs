namespace Cluster.Terminal;

/// <summary>Options that do not go together, or a value that cannot be meant; one sentence says what to write instead.</summary>
public sealed class UsageException(string message) : Exception(message);
