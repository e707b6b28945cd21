using Cluster.Grains.Contracts;
using Cluster.Grains.Nodes;

namespace Cluster.Grains.Candidates;

/// <inheritdoc cref="ICandidateGrain"/>
[GrainType("cluster-candidate")]
internal sealed class CandidateGrain(LocalNode node, LocalWork work) : WorkGrain(node, work), ICandidateGrain;
