namespace Cluster.Networks.Graphs.Inference;

/// <summary>
/// Shapes of a graph's values, also of those whose rank no rule of ONNX Runtime states: behind loops, sequences and some operators of its
/// own. Its interface for .NET gives them as scalars. Their shapes are those of a run on made-up samples; from there on rules apply again.
/// </summary>
internal static class UnstatedRanks
{
    // What differs between two runs depends on what the inputs hold. Two, as integers may be indices into small tables.
    private static readonly (float Real, int Whole)[] Fills = [(1, 1), (0, 2)];

    /// <summary>As <see cref="RuntimeInference.Of"/>; a value of unknown rank does not have its shape known.</summary>
    /// <param name="graph">Its inputs have sizes.</param>
    /// <exception cref="KernelException">ONNX Runtime refuses the graph; with its text, which names the node.</exception>
    public static IReadOnlyDictionary<string, ValueInfo> Found(ModelGraph graph)
    {
        var found = RuntimeInference.Of(graph);
        var unstated = Unstated(graph, found);
        if (unstated.Count == 0)
        {
            return found;
        }

        var run = Run(graph, unstated, found);
        var given = new Dictionary<string, ValueInfo>(StringComparer.Ordinal);
        while (Next() is { Length: > 0 } next)
        {
            foreach (string name in next)
            {
                given.Add(name, new ValueInfo(name, found[name].Type, run[name]));
            }

            var (asked, hidden) = Given(graph, given);
            found = RuntimeInference.Of(asked).Values.Where(value => !hidden.Contains(value.Name)).Concat(given.Values)
                .ToDictionary(value => value.Name, StringComparer.Ordinal);
            unstated = Unstated(asked, found);
        }

        return unstated.Count == 0 ? found : found.ToDictionary(
            pair => pair.Key, pair => pair.Value with { ShapeKnown = !unstated.Contains(pair.Key) }, StringComparer.Ordinal);

        // Those that follow from no other.
        string[] Next() =>
        [
            .. graph.Nodes.Where(node => !node.Inputs.Any(unstated.Contains)).SelectMany(node => node.Values)
                .Where(name => unstated.Contains(name) && run.ContainsKey(name)),
        ];
    }

    // The shape of a tensor's shape is known where the tensor's rank is.
    private static HashSet<string> Unstated(ModelGraph graph, IReadOnlyDictionary<string, ValueInfo> found)
    {
        string[] doubtful =
        [
            .. found.Values.Where(value => value is { ShapeKnown: true, Shape.Count: 0, Type: not ElementType.Undefined })
                .Select(value => value.Name),
        ];
        if (doubtful.Length == 0)
        {
            return [];
        }

        var names = new NameSource(graph);
        GraphNode[] ranks =
        [
            .. doubtful.Select(name => new GraphNode(names.Node($"{name}/rank"), "Shape", [name], [names.Value($"{name}/rank")])),
        ];
        var shapes = RuntimeInference.Of(Only(graph with { Nodes = [.. graph.Nodes, .. ranks] }, ranks.Select(rank => rank.Output)));
        return ranks.Where(rank => shapes[rank.Output].Shape is [-1]).Select(rank => rank.Inputs[0]).ToHashSet(StringComparer.Ordinal);
    }

    private static ModelGraph Only(ModelGraph graph, IEnumerable<string> values) => DeadCodeElimination.Apply(graph with
    {
        Outputs = [.. values.Select(name => new ValueInfo(name, ElementType.Undefined, []))],
    });

    // The graph with these values as inputs; what its nodes compute instead is hidden.
    private static (ModelGraph Graph, HashSet<string> Hidden) Given(ModelGraph graph, Dictionary<string, ValueInfo> given)
    {
        var names = new NameSource(graph);
        var asked = graph with
        {
            Inputs = [.. graph.Inputs, .. given.Values],
            Nodes =
            [
                .. graph.Nodes.Select(node =>
                    node.Values.Any(given.ContainsKey) ? node with { Outputs = [.. node.Outputs.Select(Hidden)] } : node),
            ],
        };
        return (asked, [.. given.Keys.Select(Hidden)]);

        string Hidden(string name) => given.ContainsKey(name) ? names.Part(name, "/computed") : name;
    }

    // -1 is a size that differs; a value whose rank differs, or that cannot be computed of such samples, has none.
    private static Dictionary<string, long[]> Run(
        ModelGraph graph, IReadOnlyCollection<string> values, IReadOnlyDictionary<string, ValueInfo> found)
    {
        var network = Only(graph with { Inputs = [.. graph.Inputs.Select(input => input with { FileType = null })] }, values);
        if (MayDivideByZero(network, found))
        {
            return [];
        }

        var runs = new List<Dictionary<string, long[]>>();
        try
        {
            foreach (var fill in Fills)
            {
                runs.Add(Shapes(network, fill));
            }
        }
        catch (KernelException) when (runs.Count < Fills.Length)
        {
            // Samples that the network does not take: a valid answer, not a failure.
        }

        return runs.Count == 0 ? [] : runs[0].Where(pair => runs.TrueForAll(run => run[pair.Key].Length == pair.Value.Length))
            .ToDictionary(
                pair => pair.Key,
                pair => (long[])[.. pair.Value.Select((size, axis) => runs.TrueForAll(run => run[pair.Key][axis] == size) ? size : -1)],
                StringComparer.Ordinal);
    }

    private static Dictionary<string, long[]> Shapes(ModelGraph network, (float Real, int Whole) fill)
    {
        var constants = network.Initializers.Concat(
            network.Inputs.Select(input => KeyValuePair.Create(input.Name, Sample(input, fill))));
        return ConstantRun.Of(network with { Inputs = [], Initializers = constants.ToDictionary(StringComparer.Ordinal) })
            .ToDictionary(value => value.Key, value => value.Value.Shape, StringComparer.Ordinal);
    }

    private static TensorData Sample(ValueInfo input, (float Real, int Whole) fill)
    {
        byte[] element = input.Type switch
        {
            ElementType.Float => BitConverter.GetBytes(fill.Real),
            ElementType.Double => BitConverter.GetBytes((double)fill.Real),
            ElementType.Float16 => BitConverter.GetBytes((Half)fill.Real),
            ElementType.BFloat16 => BitConverter.GetBytes(fill.Real)[2..],
            ElementType.Bool => [(byte)fill.Real],
            _ => BitConverter.GetBytes((long)fill.Whole)[..TensorData.ElementSize(input.Type)],
        };
        byte[] bytes = new byte[input.Shape.Aggregate((long)element.Length, (count, size) => count * size)];
        for (int i = 0; i < bytes.Length; i++)
        {
            bytes[i] = element[i % element.Length];
        }

        return new TensorData(input.Type, [.. input.Shape], bytes);
    }

    // An integer divided by zero would end the process: no divisor may follow from what is made up.
    private static bool MayDivideByZero(ModelGraph network, IReadOnlyDictionary<string, ValueInfo> found)
    {
        var following = network.FollowingInputs();
        return network.Nodes.Any(node => node is { OpType: "Div" or "Mod", Domain: "" } && following.Contains(node.Inputs[1])
            && found[node.Output].Type is not (ElementType.Float or ElementType.Double or ElementType.Float16 or ElementType.BFloat16));
    }
}
