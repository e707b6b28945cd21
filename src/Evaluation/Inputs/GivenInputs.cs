namespace Cluster.Evaluation.Inputs;

/// <summary>What the user says of a network's inputs, as typed.</summary>
public sealed record GivenInputs
{
    /// <summary>Nothing.</summary>
    public static GivenInputs None { get; } = new();

    /// <summary>Inputs bound to constants, NAME=VALUE each; see <see cref="Kernels.Graphs.BoundInputs"/>.</summary>
    public IReadOnlyList<string> Set { get; init; } = [];
}
