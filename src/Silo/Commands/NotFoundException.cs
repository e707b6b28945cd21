namespace Cluster.Silo.Commands;

/// <summary>What a user named does not exist; one sentence says what to do.</summary>
internal sealed class NotFoundException(string message) : Exception(message);
