namespace Cluster.Kernels.Graphs;

/// <summary>Finds the reasons in a file itself why its network is not supported, before anything is rewritten.</summary>
public static class GraphProblems
{
    /// <summary>One sentence each for inputs, outputs and every operator that is not supported; empty if all are.</summary>
    public static IReadOnlyList<string> Of(ModelGraph file) => [.. Ends(file), .. Types(file), .. SupportedOperators.Unknown(file)];

    /// <summary>Throws unless the file may be normalised.</summary>
    /// <exception cref="KernelException">All of <see cref="Of"/>.</exception>
    public static void Verify(ModelGraph file) => SupportedOperators.Refuse(Of(file));

    internal static IEnumerable<string> Ends(ModelGraph graph)
    {
        if (graph.Inputs.Count == 0 || graph.Outputs.Count == 0)
        {
            yield return
                $"The network has {graph.Inputs.Count} inputs and {graph.Outputs.Count} outputs; at least one of each is expected.";
        }
    }

    internal static IEnumerable<string> Types(ModelGraph graph) =>
    [
        .. graph.Inputs.Where(input => input.Type is not (ElementType.Float or ElementType.Int64 or ElementType.Int32 or ElementType.Bool))
            .Select(input => $"The input '{input.Name}' has element type {input.Type}; expected float, int64, int32 or bool: export the "
                + "network in float32."),
        .. graph.Outputs.Where(output => output.Type is not (ElementType.Float or ElementType.Undefined))
            .Select(output => $"The output '{output.Name}' has element type {output.Type}; expected float: export the network without "
                + "what follows its last float tensor, such as an ArgMax."),
    ];
}
