namespace Cluster.Client.Remote;

/// <summary>A named server in the file of profiles.</summary>
/// <param name="Server">Its address; null: the default.</param>
/// <param name="TokenFile">The file of the token for it, relative to the folder of the file of profiles; "~/" is the
/// home folder.</param>
/// <param name="Ca">The file of the authorities that must have issued its certificate; paths as for the token.</param>
/// <param name="Cert">The file of the client certificate.</param>
/// <param name="Key">The file of that certificate's key.</param>
internal sealed record ServerProfile(string? Server, string? TokenFile, string? Ca, string? Cert, string? Key);
