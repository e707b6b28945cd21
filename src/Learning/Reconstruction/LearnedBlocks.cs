using Cluster.Learning.Reconstruction.Blocks;

namespace Cluster.Learning.Reconstruction;

/// <summary>Splits learned parameters by block, so that single blocks can be reverted.</summary>
public static class LearnedBlocks
{
    /// <summary>The layers of each block, by its name as in <see cref="BlockOutcome.Name"/>; blocks without layers are left out.</summary>
    public static IReadOnlyDictionary<string, string[]> Layers(GroupedGraph graph, ReconstructionMethod method) =>
        BlockFinder.Find(graph, method == ReconstructionMethod.AdaRound, ReconstructionOptions.MaximumLayers)
            .Where(block => block.Weighted.Count > 0)
            .ToDictionary(
                block => block.Name, block => block.Weighted.Select(node => node.Name).ToArray(), StringComparer.Ordinal);

    /// <summary>The learned numbers of some blocks only; those of the others are left out and therefore derived as usual.</summary>
    /// <param name="options">The options of the reconstruction.</param>
    /// <param name="blocks">Names as in <see cref="BlockOutcome.Name"/>.</param>
    public static LearnedParameters Only(
        GroupedGraph graph, ReconstructionOptions options, LearnedParameters learned, IReadOnlySet<string> blocks)
    {
        var chosen = BlockFinder.Find(graph, options.Method == ReconstructionMethod.AdaRound, ReconstructionOptions.MaximumLayers)
            .Where(block => block.Weighted.Count > 0 && blocks.Contains(block.Name))
            .ToList();
        bool hasScales = ReconstructionPhase.Of(options).Any(phase => phase.LearnsScales);
        return new LearnedParameters
        {
            Weights = chosen.SelectMany(block => block.Weighted).Select(node => node.Name).Where(learned.Weights.ContainsKey)
                .ToDictionary(name => name, name => learned.Weights[name], StringComparer.Ordinal),
            Activations = !hasScales
                ? new Dictionary<string, QuantizationParameters>(StringComparer.Ordinal)
                : chosen.SelectMany(block => block.Nodes).Select(node => node.Output).Where(learned.Activations.ContainsKey)
                    .ToDictionary(tensor => tensor, tensor => learned.Activations[tensor], StringComparer.Ordinal),
        };
    }
}
