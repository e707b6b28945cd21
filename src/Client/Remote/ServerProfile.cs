namespace Cluster.Client.Remote;

/// <summary>A server by name, as the file of profiles has it.</summary>
/// <param name="Server">Its address; null: the usual one.</param>
/// <param name="TokenFile">The file of the token for it, relative to the folder of the file of profiles; "~/" is the
/// home folder.</param>
internal sealed record ServerProfile(string? Server, string? TokenFile);
