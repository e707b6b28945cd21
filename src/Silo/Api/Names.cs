namespace Cluster.Silo.Api;

/// <summary>Names of resources in the contract's form.</summary>
internal static class Names
{
    private const string Jobs = "jobs/";
    private const string Nodes = "nodes/";
    private const string Artefacts = "artefacts/";

    public static string Job(string id) => Jobs + id;

    public static string Candidate(string job, int number) => $"{Jobs}{job}/candidates/{number}";

    public static string Node(string id) => Nodes + id;

    public static string Artefact(string sha256) => Artefacts + sha256;

    /// <summary>The id in "jobs/{job}".</summary>
    /// <exception cref="Grpc.Core.RpcException">The name has another form.</exception>
    public static string JobId(string name, string field = "name")
    {
        var id = name.StartsWith(Jobs, StringComparison.Ordinal) ? name[Jobs.Length..] : string.Empty;
        return id.Length is > 0 and <= 63 && id.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-')
            ? id
            : throw ApiError.Field(
                Reason.RequestInvalid,
                field,
                $"The {field} is \"{Short(name)}\" where \"jobs/{{job}}\" is expected: give the name of a job.");
    }

    /// <summary>The id in "nodes/{node}".</summary>
    /// <exception cref="Grpc.Core.RpcException">The name has another form.</exception>
    public static string NodeId(string name) =>
        name.StartsWith(Nodes, StringComparison.Ordinal) && name.Length > Nodes.Length && !name.Contains('|', StringComparison.Ordinal)
            ? name[Nodes.Length..]
            : throw ApiError.Field(
                Reason.RequestInvalid,
                "name",
                $"The name is \"{Short(name)}\" where \"nodes/{{node}}\" is expected: give the name of a node.");

    /// <summary>The digest in "artefacts/{sha256}", or null for any other name.</summary>
    public static string? Sha256(string name) =>
        name.StartsWith(Artefacts, StringComparison.Ordinal) && name[Artefacts.Length..] is var sha256 && StoredArtefact.IsDigest(sha256)
            ? sha256
            : null;

    /// <summary>The caller's text, shortened to fit an error message.</summary>
    public static string Short(string text) => text.Length <= 80 ? text : text[..80] + "…";
}
