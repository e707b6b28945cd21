using Cluster.Kernels.Tensors;
using static TorchSharp.torch;

namespace Cluster.Kernels.Execution.Operators;

/// <summary>
/// GRU whose reset gate multiplies the state before the product and not after it (ONNX's linear_before_reset 0), which
/// libtorch has no operator for: r, z = σ(x W + b + h R), n = tanh(x Wn + bn + (r ⊙ h) Rn), h' = n + z ⊙ (h − n).
/// </summary>
internal static class ResetFirstGru
{
    private const int ParametersOfADirection = 4;
    private const int Gates = 3;

    /// <summary>The states of all steps, as aten::gru.input gives them: (time, batch, directions · hidden).</summary>
    /// <param name="x">(time, batch, features)</param>
    /// <param name="states">The first ones, (directions, batch, hidden).</param>
    /// <param name="parameters">
    /// Of each direction the weights of inputs and of states and their biases, gates in libtorch's order: reset, update, new.
    /// </param>
    public static Tensor Run(Tensor x, Tensor states, Tensor[] parameters)
    {
        var directions = new List<Tensor>();
        try
        {
            foreach (var own in parameters.Chunk(ParametersOfADirection))
            {
                using var state = Aten.Call("aten::select.int", states, 0, directions.Count);
                directions.Add(Direction(x, state, own, isBackward: directions.Count > 0));
            }

            return TensorOps.Cat([.. directions], 2);
        }
        finally
        {
            directions.ForEach(direction => direction.Dispose());
        }
    }

    private static Tensor Direction(Tensor x, Tensor first, Tensor[] parameters, bool isBackward)
    {
        long hidden = parameters[1].shape[1];
        using var bias = TensorOps.Add(parameters[2], parameters[3]);
        using var given = TensorOps.Linear(x, parameters[0], bias); // (time, batch, gates hidden)
        using var gates = TensorOps.Narrow(parameters[1], 0, 0, (Gates - 1) * hidden);
        using var candidate = TensorOps.Narrow(parameters[1], 0, (Gates - 1) * hidden, hidden);
        var steps = new Tensor[x.shape[0]];
        try
        {
            var state = first;
            for (int i = 0; i < steps.Length; i++)
            {
                int time = isBackward ? steps.Length - 1 - i : i;
                using var step = Aten.Call("aten::select.int", given, 0, time);
                state = steps[time] = Step(step, state, gates, candidate, hidden);
            }

            return Aten.Call("aten::stack", steps, 0);
        }
        finally
        {
            Array.ForEach(steps, step => step?.Dispose());
        }
    }

    // (batch, hidden)
    private static Tensor Step(Tensor given, Tensor state, Tensor gates, Tensor candidate, long hidden)
    {
        using var ofState = TensorOps.Linear(state, gates, null);
        using var ofInput = TensorOps.Narrow(given, 1, 0, (Gates - 1) * hidden);
        using var sum = TensorOps.Add(ofInput, ofState);
        using var open = TensorOps.Sigmoid(sum);
        using var reset = TensorOps.Narrow(open, 1, 0, hidden);
        using var update = TensorOps.Narrow(open, 1, hidden, hidden);
        using var kept = TensorOps.Mul(reset, state);
        using var ofKept = TensorOps.Linear(kept, candidate, null);
        using var ownInput = TensorOps.Narrow(given, 1, (Gates - 1) * hidden, hidden);
        using var linear = TensorOps.Add(ownInput, ofKept);
        using var found = TensorOps.Tanh(linear);
        using var change = TensorOps.Sub(state, found);
        using var share = TensorOps.Mul(update, change);
        return TensorOps.Add(found, share);
    }
}
