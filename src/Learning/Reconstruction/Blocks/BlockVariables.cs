namespace Cluster.Learning.Reconstruction.Blocks;

/// <summary>The learned variables of a block in one phase: the roundings of its weights, the scales of its activations, or both.</summary>
internal sealed class BlockVariables : IDisposable
{
    private readonly string[] _scaled;

    public BlockVariables(ModelGraph graph, BlockJob job, ReconstructionOptions options, LearnedNumbers numbers)
    {
        var roundings = new List<(string Node, RoundingVariable Variable)>();
        Roundings = roundings;
        try
        {
            foreach (var node in job.Phase.LearnsWeights ? job.Block.Weighted.Where(node => numbers.Grids.ContainsKey(node.Name)) : [])
            {
                var data = graph.Initializers[node.Inputs[1]];
                roundings.Add((node.Name, new RoundingVariable(data.As<float>(), data.Shape, numbers.Grids[node.Name], options.Device)));
            }

            // Only tensors made within the block: the quantizer of the network's input belongs to no block and stays fixed.
            _scaled = job.Phase.LearnsScales ? [.. job.Block.Nodes.Select(node => node.Output).Where(numbers.HasOwnScale)] : [];
            Scales = _scaled.Length == 0
                ? null
                : new ScaleLearner(options.Device, _scaled, [.. _scaled.Select(tensor => numbers.Activations[tensor])]);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>By node, in the block's order.</summary>
    public IReadOnlyList<(string Node, RoundingVariable Variable)> Roundings { get; }

    /// <summary>Null if no scale is learned.</summary>
    public ScaleLearner? Scales { get; }

    /// <summary>The tensors whose scales are learned, in their order there.</summary>
    public IReadOnlyList<string> Scaled => _scaled;

    public bool IsEmpty => Roundings.Count == 0 && Scales is null;

    /// <summary>The codes of every learned weight, with each rounding decided.</summary>
    public Dictionary<string, sbyte[]> Codes() =>
        Roundings.ToDictionary(rounding => rounding.Node, rounding => rounding.Variable.Harden(), StringComparer.Ordinal);

    /// <summary>The learned scales, with their zero points and codes.</summary>
    public Dictionary<string, QuantizationParameters> LearnedActivations() =>
        _scaled.Zip(Scales?.Finish() ?? []).ToDictionary(pair => pair.First, pair => pair.Second, StringComparer.Ordinal);

    /// <summary>
    /// Mean share of roundings that are not decided yet (<see cref="RoundingVariable.Undecided"/>); 0 if none are learned.
    /// </summary>
    public double Undecided() =>
        Roundings.Count == 0 ? 0 : Roundings.Average(rounding => rounding.Variable.Undecided());

    public void Dispose()
    {
        foreach (var (_, variable) in Roundings)
        {
            variable.Dispose();
        }

        Scales?.Dispose();
    }
}
