namespace Cluster.Kernels.Execution.QdqExecution;

/// <summary>
/// Finds the nodes of a file that compute in 16-bit floats: those that read the output of a Cast or of another such node. The Casts are
/// removed, constants become float32, and a program converts where formats meet.
/// </summary>
/// <param name="constants">The file's constants; those that are read in 16 bits are widened.</param>
internal sealed class FloatCasts(Dictionary<string, TensorData> constants)
{
    private readonly Dictionary<string, (string Tensor, NumberFormat Format)> _narrowed = new(StringComparer.Ordinal);
    private readonly Dictionary<string, NumberFormat> _halves = new(StringComparer.Ordinal); // tensors that nodes of 16 bits write
    private readonly Dictionary<string, string> _widened = new(StringComparer.Ordinal);
    private readonly Dictionary<string, NumberFormat> _formats = new(StringComparer.Ordinal);

    /// <summary>Formats of the nodes that were seen, by name, where they are not FP32.</summary>
    public IReadOnlyDictionary<string, NumberFormat> Formats => _formats;

    /// <summary>Names of the float32 tensors that Casts make from others.</summary>
    public IEnumerable<string> Widened => _widened.Keys;

    /// <summary>Whether the file has a Cast to 16 bits.</summary>
    public static bool IsIn(ModelGraph file) => file.Nodes.Any(node => FormatOf(node) is not null);

    /// <summary>Remembers a Cast to or from 16 bits; false for every other node.</summary>
    public bool Takes(GraphNode node)
    {
        if (FormatOf(node) is { } format)
        {
            _narrowed[node.Output] = (Behind(node.Inputs[0]), format);
            return true;
        }

        if (node.OpType != "Cast" || !_halves.ContainsKey(node.Inputs[0]))
        {
            return false;
        }

        _widened[node.Output] = (ElementType)node.GetInt("to", 0) == ElementType.Float
            ? node.Inputs[0]
            : throw node.Error("casts a 16-bit float to something else than float32 or float16, which is not supported.");
        return true;
    }

    /// <summary>The tensor that a Cast to float32 was made of, or the same.</summary>
    public string Behind(string tensor) => _widened.GetValueOrDefault(tensor, tensor);

    /// <summary>The node with its Casts removed: it reads their sources. Its format is remembered.</summary>
    /// <exception cref="KernelException">Its inputs are of different formats.</exception>
    public GraphNode Apart(GraphNode node)
    {
        string[] activations = [.. node.Inputs.Where(input => input.Length > 0 && !constants.ContainsKey(input))];
        NumberFormat[] formats = [.. activations.Select(Format).Distinct()];
        if (formats is not [var format] || !format.IsHalf)
        {
            return formats.Any(other => other.IsHalf)
                ? throw node.Error($"reads tensors in {string.Join(" and ", formats.AsEnumerable())}; one format is expected.")
                : node with { Inputs = [.. node.Inputs.Select(Behind)] };
        }

        foreach (string constant in node.Inputs.Where(constants.ContainsKey))
        {
            constants[constant] = constants[constant].Widened();
        }

        _formats[node.Name] = format;
        _halves[node.Output] = format;
        return node with
        {
            Inputs = [.. node.Inputs.Select(input => _narrowed.TryGetValue(input, out var source) ? source.Tensor : input)]
        };
    }

    private static NumberFormat? FormatOf(GraphNode node) =>
        node.OpType == "Cast" && (ElementType)node.GetInt("to", 0) == ElementType.Float16 ? NumberFormat.Float16 : null;

    private NumberFormat Format(string tensor) => _narrowed.TryGetValue(tensor, out var source)
        ? source.Format
        : _halves.GetValueOrDefault(tensor, NumberFormat.Float32);
}
