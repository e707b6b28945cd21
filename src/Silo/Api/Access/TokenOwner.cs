namespace Cluster.Silo.Api.Access;

/// <summary>A caller that a token names.</summary>
/// <param name="Name">Who it is, for the log.</param>
/// <param name="Role">What it may do.</param>
/// <param name="Digest">SHA-256 of its token.</param>
/// <param name="Tenant">Whose jobs and files it sees.</param>
internal sealed record TokenOwner(string Name, Role Role, byte[] Digest, string Tenant);
