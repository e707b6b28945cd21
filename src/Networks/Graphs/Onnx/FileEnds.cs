namespace Cluster.Networks.Graphs.Onnx;

/// <summary>
/// Casts at the ends of a file whose inputs or outputs have another type than the network inside, see <see cref="ValueInfo.FileType"/>.
/// </summary>
internal static class FileEnds
{
    private const string Inside = "/inside";

    /// <summary>The graph as a file has it.</summary>
    public static ModelGraph Added(ModelGraph graph)
    {
        var ends = graph.Inputs.Concat(graph.Outputs).Where(value => value.FileType is not null)
            .DistinctBy(value => value.Name).ToDictionary(value => value.Name, StringComparer.Ordinal);
        if (ends.Count == 0)
        {
            return graph;
        }

        var names = new NameSource(graph);
        var inputs = graph.Inputs.Select(input => input.Name).ToHashSet(StringComparer.Ordinal);
        return graph with
        {
            Inputs = [.. graph.Inputs.Select(Stated)],
            Outputs = [.. graph.Outputs.Select(Stated)],
            Initializers = graph.Initializers.ToDictionary(pair => Name(pair.Key), pair => pair.Value, StringComparer.Ordinal),
            Nodes =
            [
                .. ends.Values.Where(end => inputs.Contains(end.Name)).Select(end => Cast(end.Name, Name(end.Name), end.Type)),
                .. graph.Nodes.Select(node => node with
                {
                    Inputs = [.. node.Inputs.Select(Name)],
                    Outputs = [.. node.Outputs.Select(Name)],
                }),
                .. ends.Values.Where(end => !inputs.Contains(end.Name)).Select(end => Cast(Name(end.Name), end.Name, end.FileType!.Value)),
            ],
        };

        string Name(string value) => ends.ContainsKey(value) ? names.Part(value, Inside) : value;

        GraphNode Cast(string from, string to, ElementType type) =>
            new(names.Node($"{from}{Inside}_cast"), "Cast", [from], [to], ("to", AttributeValue.Of((long)type)));
    }

    /// <summary>
    /// The graph with float32 at ends that are narrower than a byte or 8-bit floats: no array holds them, nor does ONNX Runtime's interface
    /// give them. Its files keep them.
    /// </summary>
    public static ModelGraph Shown(ModelGraph graph)
    {
        if (graph.Inputs.Concat(graph.Outputs).All(end => end.Type <= ElementType.BFloat16))
        {
            return graph;
        }

        var shown = Added(graph with { Inputs = Ends(graph.Inputs), Outputs = Ends(graph.Outputs) });
        return shown with { Inputs = Kept(shown.Inputs, graph.Inputs), Outputs = Kept(shown.Outputs, graph.Outputs) };

        static ValueInfo[] Ends(IReadOnlyList<ValueInfo> ends) =>
            [.. ends.Select(end => end.Type > ElementType.BFloat16 ? end with { FileType = ElementType.Float } : end)];

        static ValueInfo[] Kept(IReadOnlyList<ValueInfo> ends, IReadOnlyList<ValueInfo> before) =>
            [.. ends.Zip(before, (end, was) => end.Type == was.Type ? end : end with { FileType = was.Type })];
    }

    /// <summary>The same as a file with float32 at these ends.</summary>
    public static ModelGraph Plain(ModelGraph graph)
    {
        var shown = Shown(graph);
        return shown with { Inputs = Ends(shown.Inputs), Outputs = Ends(shown.Outputs) };

        static ValueInfo[] Ends(IReadOnlyList<ValueInfo> ends) =>
            [.. ends.Select(end => end.FileType > ElementType.BFloat16 ? end with { FileType = null } : end)];
    }

    /// <summary>The graph of a file that was written so.</summary>
    public static ModelGraph Removed(ModelGraph file)
    {
        var readers = file.Readers();
        var inputs = file.Inputs.Select(input => input.Name).ToHashSet(StringComparer.Ordinal);
        var outputs = file.Outputs.Select(output => output.Name).ToHashSet(StringComparer.Ordinal);
        var casts = file.Nodes.Where(node => node is { OpType: "Cast", Domain: "" }
            && ((inputs.Contains(node.Inputs[0]) && node.Output.StartsWith(node.Inputs[0] + Inside, StringComparison.Ordinal)
                    && readers[node.Inputs[0]].Count() == 1)
                || (outputs.Contains(node.Output) && node.Inputs[0].StartsWith(node.Output + Inside, StringComparison.Ordinal)))).ToArray();
        if (casts.Length == 0)
        {
            return file;
        }

        var ends = casts.ToDictionary(
            cast => inputs.Contains(cast.Inputs[0]) ? cast.Output : cast.Inputs[0],
            cast => inputs.Contains(cast.Inputs[0]) ? cast.Inputs[0] : cast.Output, StringComparer.Ordinal);
        return file with
        {
            Inputs = [.. file.Inputs.Select(Inner)],
            Outputs = [.. file.Outputs.Select(Inner)],
            Initializers = file.Initializers.ToDictionary(pair => Name(pair.Key), pair => pair.Value, StringComparer.Ordinal),
            Nodes =
            [
                .. file.Nodes.Except(casts).Select(node => node with
                {
                    Inputs = [.. node.Inputs.Select(Name)],
                    Outputs = [.. node.Outputs.Select(Name)],
                }),
            ],
        };

        string Name(string value) => ends.GetValueOrDefault(value, value);

        ValueInfo Inner(ValueInfo end) => ends.ContainsValue(end.Name) ? end with { Type = ElementType.Float, FileType = end.Type } : end;
    }

    private static ValueInfo Stated(ValueInfo end) => end.FileType is { } type ? end with { Type = type, FileType = null } : end;
}
