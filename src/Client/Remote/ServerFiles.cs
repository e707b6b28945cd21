namespace Cluster.Client.Remote;

/// <summary>The files of the credentials and trusted authorities; each is null if not named.</summary>
/// <param name="Token">File of the token to send.</param>
/// <param name="Authorities">Of the authorities that a server's certificate has to be from, in PEM; null: those of the machine.</param>
/// <param name="Certificate">File of the client certificate, in PEM.</param>
/// <param name="Key">File of its key, in PEM.</param>
internal sealed record ServerFiles(string? Token = null, string? Authorities = null, string? Certificate = null, string? Key = null);
