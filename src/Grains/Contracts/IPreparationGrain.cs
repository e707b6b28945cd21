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
    /// <param name="inputs">A <see cref="JobInputs"/>.</param>
    /// <param name="options">A <see cref="JobOptions"/>.</param>
    /// <param name="wait">How long to wait for the end.</param>
    [Alias("prepare")]
    Task<NodePreparation> PrepareAsync(Carried inputs, Carried options, TimeSpan wait);
}
