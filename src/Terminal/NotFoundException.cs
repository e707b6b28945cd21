namespace Cluster.Terminal;

/// <summary>What a user named does not exist; one sentence says what to do.</summary>
public sealed class NotFoundException(string message) : Exception(message);
