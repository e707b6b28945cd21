namespace Cluster.Client.Remote;

/// <summary>A server by name, as the file of profiles has it.</summary>
/// <param name="Server">Its address; null: the usual one.</param>
/// <param name="TokenFile">The file of the token for it, relative to the folder of the file of profiles; "~/" is the
/// home folder.</param>
/// <param name="Ca">The file of the authorities that its certificate has to be from; paths are as that of the token.</param>
/// <param name="Cert">The file of the certificate to show it.</param>
/// <param name="Key">The file of that certificate's key.</param>
internal sealed record ServerProfile(string? Server, string? TokenFile, string? Ca, string? Cert, string? Key);
