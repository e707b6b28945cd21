using static TorchSharp.torch;

namespace Cluster.Kernels.Execution.Operators;

/// <summary>
/// The inputs of a node by position, whether constants of the graph or activations of a run. For nodes whose constants are bound: weights
/// and biases of weighted nodes come with each run instead.
/// </summary>
internal sealed class Operands
{
    private readonly Tensor?[] _bound;
    private readonly int[] _position; // index among the activations, -1 if bound or absent
    private readonly long[]?[] _integers; // values of integer constants

    public Operands(GraphNode node, NodeConstants constants)
    {
        int count = node.Inputs.Count;
        _bound = new Tensor?[count];
        _position = new int[count];
        _integers = new long[]?[count];
        int next = 0;
        for (int i = 0; i < count; i++)
        {
            string name = node.Inputs[i];
            _position[i] = -1;
            if (name.Length == 0)
            {
                continue;
            }

            if (constants.Has(name))
            {
                _bound[i] = constants.Tensor(name);
                _integers[i] = constants.Data(name).Integers();
            }
            else
            {
                _position[i] = next++;
            }
        }
    }

    /// <summary>Number of inputs, including absent ones.</summary>
    public int Count => _bound.Length;

    public bool Has(int input) => input < Count && (_bound[input] is not null || _position[input] >= 0);

    /// <summary>An input that is present; it remains the run's or the graph's.</summary>
    public Tensor Get(NodeInputs inputs, int input) => _bound[input] ?? inputs[_position[input]];

    /// <summary>The same, null if it is absent.</summary>
    public Tensor? Find(NodeInputs inputs, int input) => Has(input) ? Get(inputs, input) : null;

    /// <summary>Integers at an input: a constant, or computed by a chain of sizes. Null if it is absent.</summary>
    public long[]? Integers(NodeInputs inputs, int input)
    {
        if (!Has(input))
        {
            return null;
        }

        if (_integers[input] is { } known)
        {
            return known;
        }

        using var wide = inputs[_position[input]].to(ScalarType.Int64);
        using var dense = wide.contiguous();
        return TensorFactory.ToInt64(dense);
    }
}
