using Cluster.Kernels.Execution;
using Cluster.Kernels.Graphs.Groups;
using Cluster.Kernels.Tensors;
using static TorchSharp.torch;

namespace Cluster.Bench.Scores.Fisher;

/// <summary>
/// One group's step of the backward pass. The group runs again from its inputs, so that only tensors between groups are held (Chen et al.,
/// "Training deep nets with sublinear memory cost", arXiv:1604.06174). Thread-safe.
/// </summary>
internal sealed class GroupBackward
{
    private readonly NetworkProgram _program;
    private readonly HashSet<string> _wanted;
    private readonly SlopePaths _paths;

    public GroupBackward(ProgramBuilder builder, GroupedGraph graph, LayerGroup group, SlopePaths paths)
    {
        _paths = paths;
        _program = builder.Segment(group.Nodes);
        var reached = paths.Within(graph, group.Nodes);
        _wanted = _program.Inputs
            .Where(input => graph.ProducerGroup(input) >= 0 && reached.Contains(input))
            .ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>Adds the gradients that flow through the group to those of its inputs.</summary>
    /// <param name="exact">The group's inputs, in FP32.</param>
    /// <param name="gradients">By tensor, the gradients of all that the group hands on; they belong to the dispose scope.</param>
    public void Run(LiveTensors exact, Dictionary<string, Tensor> gradients)
    {
        if (_wanted.Count == 0)
        {
            return;
        }

        using var scope = NewDisposeScope();
        Tensor[] inputs = [.. _program.Inputs.Select(input => Leaf(input, exact.Get(input)))];
        var outputs = _program.Run(inputs);
        Tensor[] along =
        [
            .. _program.Outputs.Zip(outputs)
                .Where(output => _paths.Reach(output.First) && gradients.ContainsKey(output.First))
                .Select(output => output.Second.mul(gradients[output.First]).sum()),
        ];
        string[] names = [.. _program.Inputs.Where(_wanted.Contains)];
        Tensor[] leaves = [.. _program.Inputs.Zip(inputs).Where(pair => _wanted.Contains(pair.First)).Select(pair => pair.Second)];
        var found = autograd.grad(along, leaves);
        for (int i = 0; i < names.Length; i++)
        {
            gradients[names[i]] =
                (gradients.TryGetValue(names[i], out var others) ? others.add(found[i], ScalarNumbers.One) : found[i])
                    .MoveToOuterDisposeScope();
        }
    }

    private Tensor Leaf(string input, Tensor exact) =>
        _wanted.Contains(input) ? exact.detach().requires_grad_() : exact;
}
