namespace Cluster.Networks.Graphs;

/// <summary>
/// What holds for every graph after each rewrite and before a file is written: every value has a name and one origin, and is defined before
/// it is read; an absent input or output is the empty name, which is no value; nodes have names of their own.
/// </summary>
internal static class GraphInvariants
{
    /// <summary>The graph, if all invariants hold.</summary>
    /// <param name="graph">A graph that was rewritten.</param>
    /// <param name="step">What rewrote it, as the subject of a sentence.</param>
    /// <exception cref="InvalidOperationException">One does not hold: a defect of the rewrite.</exception>
    public static ModelGraph Require(ModelGraph graph, string step) => Violation(graph) is { } violation
        ? throw new InvalidOperationException($"After {step} the graph is not valid: {violation}.")
        : graph;

    /// <summary>What does not hold, first; null if all does.</summary>
    public static string? Violation(ModelGraph graph) => Origins(graph) ?? Nodes(graph);

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
}
