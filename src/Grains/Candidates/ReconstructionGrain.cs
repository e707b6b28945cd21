using Cluster.Grains.Contracts;
using Cluster.Grains.Nodes;

namespace Cluster.Grains.Candidates;

/// <inheritdoc cref="IReconstructionGrain"/>
[GrainType("cluster-reconstruction")]
internal sealed class ReconstructionGrain(LocalNode node, LocalWork work) : WorkGrain(node, work), IReconstructionGrain;
