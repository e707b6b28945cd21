namespace Cluster.Client.Transfers;

/// <summary>Stops writing an upload that has already been answered.</summary>
internal sealed class AnsweredEarlyException : Exception;
