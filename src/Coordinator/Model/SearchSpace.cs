using System.Text.Json.Serialization;
using Cluster.Coordinator.Json;

namespace Cluster.Coordinator.Model;

/// <summary>What a search decides about: the groups of one network and the data that flows between them.</summary>
/// <param name="ModelDigest">SHA-256 of the FP32 model file.</param>
/// <param name="Groups">The groups in topological order: the order of a plan's decisions.</param>
/// <param name="Edges">Every tensor between groups, and those of the network's input and output.</param>
public sealed record SearchSpace(string ModelDigest, IReadOnlyList<GroupInfo> Groups, IReadOnlyList<GroupEdge> Edges)
{
    /// <summary>Identity of the space: a journal made for another one is refused.</summary>
    [JsonIgnore]
    public string Digest => CanonicalJson.Digest(this);
}
