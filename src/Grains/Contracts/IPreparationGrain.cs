using Cluster.Coordinator.Model;
using Cluster.Coordinator.Model.Options;

namespace Cluster.Grains.Contracts;

/// <summary>
/// A node reads and checks the files of a job, for a server that has no node of its own; keyed by the node's id and a name
/// for this reading.
/// </summary>
[Alias("cluster.preparation")]
public interface IPreparationGrain : IGrainWithStringKey
{
    /// <summary>
    /// Begins to read, and waits up to <paramref name="wait"/> for the end. Again only waits; a reading that nobody waits for
    /// is given up.
    /// </summary>
    [Alias("prepare")]
    Task<NodePreparation> PrepareAsync(Carried<JobInputs> inputs, Carried<JobOptions> options, TimeSpan wait);
}
