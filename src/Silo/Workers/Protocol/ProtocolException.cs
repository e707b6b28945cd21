namespace Cluster.Silo.Workers.Protocol;

/// <summary>The other side sent what is no message.</summary>
internal sealed class ProtocolException(string message, Exception? innerException = null) : Exception(message, innerException);
