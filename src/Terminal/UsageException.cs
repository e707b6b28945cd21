namespace Cluster.Terminal;

/// <summary>Conflicting options, or a value that makes no sense; the message says what to write instead.</summary>
public sealed class UsageException(string message) : Exception(message);
