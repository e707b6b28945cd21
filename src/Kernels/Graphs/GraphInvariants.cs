using Cluster.Kernels.Graphs.Inference;

namespace Cluster.Kernels.Graphs;

/// <summary>
/// What holds for every graph after each rewrite and before a file is written: every value has a name and one origin, and is defined before
/// it is read; an absent input or output is the empty name, which is no value; nodes have names of their own; operands of one operator have
/// one element type.
/// </summary>
internal static class GraphInvariants
{
    // Operators whose inputs, from the index on, are of one type.
    private static readonly Dictionary<string, int> OneType = new(StringComparer.Ordinal)
    {
        ["Add"] = 0,
        ["Sub"] = 0,
        ["Mul"] = 0,
        ["Div"] = 0,
        ["Max"] = 0,
        ["Min"] = 0,
        ["Sum"] = 0,
        ["Mean"] = 0,
        ["Concat"] = 0,
        ["Conv"] = 0,
        ["ConvTranspose"] = 0,
        ["Gemm"] = 0,
        ["MatMul"] = 0,
        ["PRelu"] = 0,
        ["Clip"] = 0,
        ["Equal"] = 0,
        ["Greater"] = 0,
        ["Less"] = 0,
        ["Where"] = 1,
    };

    /// <summary>The graph, if all invariants hold.</summary>
    /// <param name="graph">A graph that was rewritten.</param>
    /// <param name="step">What rewrote it, as the subject of a sentence.</param>
    /// <exception cref="InvalidOperationException">One does not hold: a defect of the rewrite.</exception>
    public static ModelGraph Require(ModelGraph graph, string step) => Violation(graph) is { } violation
        ? throw new InvalidOperationException($"After {step} the graph is not valid: {violation}.")
        : graph;

    /// <summary>What does not hold, first; null if all does.</summary>
    public static string? Violation(ModelGraph graph) => Origins(graph) ?? Nodes(graph) ?? Types(graph);

    private static string? Origins(ModelGraph graph)
    {
        var defined = new HashSet<string>(StringComparer.Ordinal);
        foreach (string name in graph.Initializers.Keys.Concat(graph.Inputs.Select(input => input.Name)))
        {
            if (name.Length == 0 || !defined.Add(name))
            {
                return Twice(name);
            }
        }

        foreach (var node in graph.Nodes)
        {
            if (node.Inputs.FirstOrDefault(input => input.Length > 0 && !defined.Contains(input)) is { } unknown)
            {
                return $"node '{node.Name}' reads '{unknown}' before it is defined";
            }

            foreach (string output in node.Values)
            {
                if (!defined.Add(output))
                {
                    return Twice(output);
                }
            }
        }

        return graph.Outputs.FirstOrDefault(output => !defined.Contains(output.Name)) is { } lost
            ? $"nothing defines the output '{lost.Name}'"
            : null;

        static string Twice(string name) => name.Length == 0 ? "a value has no name" : $"the value '{name}' is defined twice";
    }

    private static string? Nodes(ModelGraph graph)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var node in graph.Nodes)
        {
            if (node.Name.Length == 0 || !names.Add(node.Name))
            {
                return node.Name.Length == 0 ? $"a {node.OpType} has no name" : $"two nodes are called '{node.Name}'";
            }

            if (node.Outputs.All(output => output.Length == 0))
            {
                return $"node '{node.Name}' has no output";
            }
        }

        return null;
    }

    private static string? Types(ModelGraph graph)
    {
        var types = ElementTypes.Of(graph);
        foreach (var node in graph.Nodes.Where(node => OneType.ContainsKey(node.OpType)))
        {
            ElementType[] found =
            [
                .. node.Inputs.Skip(OneType[node.OpType]).Select(input => types.GetValueOrDefault(input))
                    .Where(type => type != ElementType.Undefined).Distinct(),
            ];
            if (found.Length > 1)
            {
                return $"node '{node.Name}' ({node.OpType}) combines {string.Join(" and ", found)}";
            }
        }

        return null;
    }
}
