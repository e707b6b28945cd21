using V1 = Cluster.Contract.V1;

namespace Cluster.Silo.Api.Mapping;

/// <summary>Maps files to the contract.</summary>
internal static class ArtefactMapping
{
    public static V1.Artefact ToContract(this ArtefactPublished artefact) => Artefact(artefact.Sha256, artefact.SizeBytes, artefact.Name);

    public static V1.Artefact Artefact(string sha256, long sizeBytes, string role = "") => new()
    {
        Name = Names.Artefact(sha256),
        Sha256 = sha256,
        SizeBytes = sizeBytes,
        Role = role,
    };
}
