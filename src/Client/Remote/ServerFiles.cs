namespace Cluster.Client.Remote;

/// <summary>The files that say who asks and whom to believe; each null where none is named.</summary>
/// <param name="Token">Of the token to show.</param>
/// <param name="Authorities">Of the authorities that a server's certificate has to be from, in PEM; null: those of the machine.</param>
/// <param name="Certificate">Of the certificate to show, in PEM.</param>
/// <param name="Key">Of its key, in PEM.</param>
internal sealed record ServerFiles(string? Token = null, string? Authorities = null, string? Certificate = null, string? Key = null);
