using Cluster.Grains.Contracts;
using Cluster.Grains.Nodes;

namespace Cluster.Grains.Candidates;

/// <inheritdoc cref="IFineTuneGrain"/>
[GrainType("cluster-fine-tune")]
internal sealed class FineTuneGrain(LocalNode node, LocalWork work) : WorkGrain(node, work), IFineTuneGrain;
