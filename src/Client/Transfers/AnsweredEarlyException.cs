namespace Cluster.Client.Transfers;

/// <summary>Ends the writing of an upload whose answer is there.</summary>
internal sealed class AnsweredEarlyException : Exception;
