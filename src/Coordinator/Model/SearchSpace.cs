namespace Cluster.Coordinator.Model;

/// <summary>The scope of a search: the groups of one network, the data that flows between them, and the formats to choose from.</summary>
/// <param name="ModelDigest">SHA-256 of the FP32 model file.</param>
/// <param name="Groups">The groups in topological order: the order of a plan's decisions.</param>
/// <param name="Edges">Every tensor between groups, and those of the network's input and output.</param>
/// <param name="Formats">The formats that the target offers, starting with the search's first; null for
/// <see cref="FormatCatalog.Default"/>.</param>
/// <param name="FloatMacs">Multiply-accumulates per image outside the groups, on which no plan decides; null: none.</param>
public sealed record SearchSpace(
    string ModelDigest,
    IReadOnlyList<GroupInfo> Groups,
    IReadOnlyList<GroupEdge> Edges,
    IReadOnlyList<GroupFormat>? Formats = null,
    long? FloatMacs = null)
{
    private const double Float32 = 32 * 32;

    /// <summary>Identity of the space: a journal made for another one is refused.</summary>
    [JsonIgnore]
    public string Digest => CanonicalJson.Digest(this);

    /// <summary>Multiply-accumulates per image of the whole network.</summary>
    [JsonIgnore]
    public long Macs => Groups.Sum(group => group.Macs) + (FloatMacs ?? 0);

    /// <summary>Bit operations per image: Σ MACs · weight bits · activation bits (HAWQ), 32 · 32 for what always stays in FP32.</summary>
    /// <param name="formats">The format of each group.</param>
    public double Bops(IEnumerable<GroupFormat> formats) => ((FloatMacs ?? 0) * Float32) + Groups.Zip(
        formats,
        (group, format) => ((group.FloatMacs ?? 0) * Float32)
            + ((group.Macs - (group.FloatMacs ?? 0)) * (double)format.Weights.Bits * format.Activations.Bits)).Sum();

    /// <summary>The formats to choose from, by number.</summary>
    [JsonIgnore]
    public FormatCatalog Catalog => Formats is null ? FormatCatalog.Default : new FormatCatalog(Formats);
}

/// <summary>One group of the network: the unit of one kernel on the target and of one decision.</summary>
/// <param name="Name">Its name, unique in the network.</param>
/// <param name="Operators">The ONNX operators it joins, in order: "Conv", "Relu".</param>
/// <param name="Macs">Multiply-accumulates per image.</param>
/// <param name="Parameters">Number of weights.</param>
/// <param name="Description">One line for reports.</param>
/// <param name="FloatMacs">The part of <paramref name="Macs"/> that stays in FP32 in every format of the group; null: none.</param>
/// <param name="Lacks">The offered formats that make no difference to it, as nothing in it has them; null: none.</param>
public sealed record GroupInfo(
    string Name,
    IReadOnlyList<string> Operators,
    long Macs,
    long Parameters,
    string Description,
    long? FloatMacs = null,
    IReadOnlyList<GroupFormat>? Lacks = null)
{
    /// <summary>Whether the group may have an offered format.</summary>
    public bool Takes(GroupFormat format) => Lacks?.Contains(format) != true;
}

/// <summary>A tensor that flows between two groups; if their precisions differ it is quantized or dequantized on the way.</summary>
/// <param name="From">Index of the producing group, or -1 for the network's input.</param>
/// <param name="To">Index of the consuming group, or the number of groups for the network's output.</param>
/// <param name="Tensor">The tensor's name.</param>
/// <param name="ElementsPerImage">Its size per image.</param>
public sealed record GroupEdge(int From, int To, string Tensor, long ElementsPerImage);
