namespace Cluster.Terminal;

/// <summary>A command has done what it can until a person answers.</summary>
/// <param name="message">What it waits for and how to go on, without a full stop.</param>
public sealed class WaitingException(string message) : Exception(message);
