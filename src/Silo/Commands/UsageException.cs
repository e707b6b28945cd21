namespace Cluster.Silo.Commands;

/// <summary>Options that do not go together, or a value that cannot be meant; one sentence says what to write instead.</summary>
internal sealed class UsageException(string message) : Exception(message);
