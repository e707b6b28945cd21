using static TorchSharp.torch;

namespace Cluster.Kernels.Execution.Operators;

/// <summary>
/// GRU whose reset gate multiplies the state before the product, not after it (ONNX's linear_before_reset 0); libtorch has no operator for
/// it: r, z = σ(x W + b + h R), n = tanh(x Wn + bn + (r ⊙ h) Rn), h' = n + z ⊙ (h − n).
/// </summary>
internal static class ResetFirstGru
{
    private const int ParametersOfADirection = 4;
    private const int Gates = 3;

    /// <summary>The states of all steps in the layout of libtorch's gru: (time, batch, directions · hidden).</summary>
    /// <param name="x">(time, batch, features)</param>
    /// <param name="states">The initial states, (directions, batch, hidden).</param>
    /// <param name="parameters">
    /// For each direction the weights of inputs and of states and their biases, gates in libtorch's order: reset, update, new.
    /// </param>
    public static Tensor Run(Tensor x, Tensor states, Tensor[] parameters)
    {
        var directions = new List<Tensor>();
        try
        {
            foreach (var own in parameters.Chunk(ParametersOfADirection))
            {
                using var state = states.select(0, directions.Count);
                directions.Add(Direction(x, state, own, isBackward: directions.Count > 0));
            }

            return cat([.. directions], 2);
        }
        finally
        {
            directions.DisposeAll();
        }
    }

    private static Tensor Direction(Tensor x, Tensor first, Tensor[] parameters, bool isBackward)
    {
        long hidden = parameters[1].shape[1];
        using var bias = parameters[2].add(parameters[3], ScalarNumbers.One);
        using var given = nn.functional.linear(x, parameters[0], bias); // (time, batch, gates hidden)
        using var gates = parameters[1].narrow(0, 0, (Gates - 1) * hidden);
        using var candidate = parameters[1].narrow(0, (Gates - 1) * hidden, hidden);
        var steps = new Tensor[x.shape[0]];
        try
        {
            var state = first;
            for (int i = 0; i < steps.Length; i++)
            {
                int time = isBackward ? steps.Length - 1 - i : i;
                using var step = given.select(0, time);
                state = steps[time] = Step(step, state, gates, candidate, hidden);
            }

            return stack(steps, 0);
        }
        finally
        {
            steps.DisposeAll();
        }
    }

    // (batch, hidden)
    private static Tensor Step(Tensor given, Tensor state, Tensor gates, Tensor candidate, long hidden)
    {
        using var ofState = nn.functional.linear(state, gates, null);
        using var ofInput = given.narrow(1, 0, (Gates - 1) * hidden);
        using var sum = ofInput.add(ofState, ScalarNumbers.One);
        using var open = sum.sigmoid();
        using var reset = open.narrow(1, 0, hidden);
        using var update = open.narrow(1, hidden, hidden);
        using var kept = reset.mul(state);
        using var ofKept = nn.functional.linear(kept, candidate, null);
        using var ownInput = given.narrow(1, (Gates - 1) * hidden, hidden);
        using var linear = ownInput.add(ofKept, ScalarNumbers.One);
        using var found = linear.tanh();
        using var change = state.sub(found);
        using var share = update.mul(change);
        return found.add(share, ScalarNumbers.One);
    }
}
