namespace Cluster.Silo.Api.Access;

/// <summary>A caller that a token names.</summary>
/// <param name="Name">The caller's name, for the log.</param>
/// <param name="Role">The caller's role.</param>
/// <param name="Digest">SHA-256 of its token.</param>
/// <param name="Tenant">The tenant whose jobs and files it sees.</param>
internal sealed record TokenOwner(string Name, Role Role, byte[] Digest, string Tenant);
