namespace Cluster.Terminal;

/// <summary>Something that the user named does not exist; the message says what to do.</summary>
public sealed class NotFoundException(string message) : Exception(message);
