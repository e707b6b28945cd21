namespace Cluster.Kernels.Execution.Operators;

/// <summary>Makes the kernel of a node.</summary>
internal delegate NodeKernel OperatorBuilder(GraphNode node, OperatorContext context);

/// <summary>What a program requires of a node's kernel.</summary>
/// <param name="Constants">
/// The graph's constants. Kernels bind them, except weights and biases, which come with each run.
/// </param>
internal sealed record OperatorContext(NodeConstants Constants)
{
    /// <summary>
    /// Whether gradients flow through the kernel and its weights may differ from run to run. Otherwise the kernel may cache what it derived
    /// from its first run's weights.
    /// </summary>
    public bool HasGradients { get; init; }

    public SumKind Sums { get; init; } = SumKind.Real;

    /// <summary>Whether the kernel may write its result over its input. Only activation functions use it.</summary>
    public bool Overwrites { get; init; }
}
