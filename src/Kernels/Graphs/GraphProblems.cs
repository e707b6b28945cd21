namespace Cluster.Kernels.Graphs;

/// <summary>What a file itself tells about why its network cannot be worked with, before anything is rewritten.</summary>
public static class GraphProblems
{
    /// <summary>One sentence each for inputs, outputs and every operator that is not supported; empty where all is well.</summary>
    public static IReadOnlyList<string> Of(ModelGraph file) => [.. Ends(file), .. Types(file), .. SupportedOperators.Unknown(file)];

    /// <summary>Passes for a file that may be normalised.</summary>
    /// <exception cref="KernelException">All of <see cref="Of"/>.</exception>
    public static void Verify(ModelGraph file) => SupportedOperators.Refuse(Of(file));

    internal static IEnumerable<string> Ends(ModelGraph graph)
    {
        if (graph.Inputs.Count != 1 || graph.Outputs.Count != 1)
        {
            yield return
                $"The network has {graph.Inputs.Count} inputs ({string.Join(", ", graph.Inputs.Select(i => i.Name))}) and "
                + $"{graph.Outputs.Count} outputs ({string.Join(", ", graph.Outputs.Select(o => o.Name))}); "
                + "an image classifier with one input (N, C, H, W) and one output of logits (N, classes) is expected. Export the "
                + "network with a single head.";
        }
    }

    internal static IEnumerable<string> Types(ModelGraph graph) => graph.Inputs
        .Where(input => input.Type != ElementType.Float)
        .Select(input => $"The input '{input.Name}' has element type {input.Type}; expected float: export the network in float32.");
}
