namespace Cluster.Coordinator.Ports;

/// <summary>A remote store could not be reached, or did not do what was requested. The sentence says what to do.</summary>
public sealed class StoreUnavailableException(string message, Exception? innerException = null) : IOException(message, innerException);
