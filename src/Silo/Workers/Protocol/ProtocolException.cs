namespace Cluster.Silo.Workers.Protocol;

/// <summary>The other side sent something that is not a message.</summary>
internal sealed class ProtocolException(string message, Exception? innerException = null) : Exception(message, innerException);
