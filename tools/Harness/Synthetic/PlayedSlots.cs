using Cluster.Coordinator.Model;
using Cluster.Evaluation.Nodes;
using Cluster.Grains.Contracts;
using Cluster.Silo.Hosting;

namespace Cluster.Harness.Synthetic;

/// <summary>The slots of a silo that runs a synthetic target with a device; a GPU's are announced, though the machine has none.</summary>
internal static class PlayedSlots
{
    /// <param name="target">The target's text.</param>
    /// <param name="count">How many slots.</param>
    /// <param name="versions">The silo's.</param>
    /// <exception cref="JobException">The text does not follow the form.</exception>
    public static SlotStatus[] Of(string target, int count, EvaluatorVersions versions)
    {
        string? gpu = SyntheticTarget.Parse(target).Device is { } device and not SyntheticTarget.Processors ? device : null;
        var offer = new SlotOffer(gpu, [target], MemoryBytes: 0, Lacks: []);
        return [.. Enumerable.Range(0, count).Select(i => OfferedSlots.Of($"{(gpu is null ? "cpu" : "cuda")}:{i}", offer, versions))];
    }
}
