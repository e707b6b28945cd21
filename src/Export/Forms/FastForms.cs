namespace Cluster.Export.Forms;

/// <summary>
/// Writes a QDQ file in the forms that ONNX Runtime's integer kernels run fast. The kernels have rules of entry (channels in multiples, no
/// groups, no functions in float), and a layer that misses one takes up to twice its time; the function is the same, bit for bit. The rules
/// were read from ONNX Runtime 1.31.1 and measured with 1.22 to 1.31.
/// </summary>
public static class FastForms
{
    /// <summary>The metadata key that says how a file is written: "fast", without what, and why.</summary>
    public const string Metadata = "cluster.form";

    /// <summary>The value of <see cref="Metadata"/> begins with it.</summary>
    public const string Fast = "fast";

    // In this order: what splits or widens layers comes before the counts of channels, what fixes shapes after them.
    private static readonly (string Name, Func<FormedValues, LayerForms, FormedValues> Apply)[] Passes =
    [
        ("dense convolutions for groups", Each(SplitGroups.Write)),
        ("four channels for first layers", Each(StemChannels.Write)),
        ("convolutions for average pools", Each(PoolingConvolutions.Write)),
        ("sums for hard sigmoids", Each(HardSigmoidSums.Write)),
        ("channels in multiples", (file, forms) => ChannelPadding.Apply(file, ChannelRule.Codes, forms)),
        ("moves with channels last", Each(PixelMoves.Write)),
    ];

    /// <summary>Names of the rules, in the order in which they are applied.</summary>
    public static IReadOnlyList<string> Rules { get; } = [.. Passes.Select(pass => pass.Name)];

    /// <summary>The file in fast forms; its inputs and outputs are the same.</summary>
    /// <param name="file">As <see cref="QdqExporter"/> wrote it.</param>
    /// <param name="network">The network that it was written from.</param>
    /// <param name="without">Rules that are left out; null: none.</param>
    public static FastFile Apply(ModelGraph file, ModelGraph network, IReadOnlyCollection<string>? without = null)
    {
        var forms = new LayerForms();
        var formed = Passes.Where(pass => without?.Contains(pass.Name) != true)
            .Aggregate(FormedValues.Of(file, network), (values, pass) => pass.Apply(values, forms)).Graph;
        return forms.Found.Count == 0 ? new FastFile(file, []) : new FastFile(Stated(formed, Bytes(formed) / Bytes(file)), forms.Found);
    }

    /// <summary>A network in FP32 in the forms that ONNX Runtime's kernels of FP32 run fast; equal up to last bits.</summary>
    /// <param name="network">A normal graph.</param>
    public static FastFile OfFloats(ModelGraph network)
    {
        // All rules are about convolutions in groups.
        if (!network.Nodes.Any(node => node.OpType == "Conv" && node.GetInt("group", 1) > 1))
        {
            return new FastFile(network, []);
        }

        var forms = new LayerForms();
        var joined = Each(FloatForms.Join)(Each(FloatForms.Raise)(FormedValues.Of(network, network), forms), forms);
        return new FastFile(ChannelPadding.Apply(joined, ChannelRule.Floats, forms).Graph, forms.Found);
    }

    /// <summary>Whether a file says that it is in fast forms.</summary>
    public static bool StatedIn(ModelGraph file) =>
        file.Metadata.GetValueOrDefault(Metadata)?.StartsWith(Fast, StringComparison.Ordinal) == true;

    // A pass that looks at each node alone.
    private static Func<FormedValues, LayerForms, FormedValues> Each(Action<FormedValues, FormEditor, GraphNode, LayerForms> write) =>
        (file, forms) =>
        {
            var editor = new FormEditor(file);
            foreach (var node in file.Graph.Nodes)
            {
                write(file, editor, node, forms);
            }

            return editor.Apply();
        };

    private static double Bytes(ModelGraph file) => file.Initializers.Values.Sum(constant => (double)constant.Bytes.Length);

    private static ModelGraph Stated(ModelGraph formed, double growth)
    {
        const double Said = 1.1;
        var metadata = new Dictionary<string, string>(formed.Metadata, StringComparer.Ordinal)
        {
            [Metadata] = growth > Said ? string.Create(CultureInfo.InvariantCulture, $"{Fast}, {growth - 1:P0} more bytes") : Fast,
        };
        if (metadata.ContainsKey(ProcessorTable.Metadata))
        {
            metadata[ProcessorTable.Metadata] = ProcessorTable.ExactOn(formed);
        }

        return formed with { Metadata = metadata };
    }
}

/// <summary>A file in fast forms.</summary>
/// <param name="Forms">Layers by the names of their nodes in the plain file, each with what became of it; a layer may have several.</param>
public sealed record FastFile(ModelGraph File, IReadOnlyList<(string Layer, string Words)> Forms);
