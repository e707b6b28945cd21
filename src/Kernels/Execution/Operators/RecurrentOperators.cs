using static TorchSharp.torch;

namespace Cluster.Kernels.Execution.Operators;

/// <summary>
/// LSTM and GRU with ONNX's default activation functions, by libtorch's own operator if it has that form; its gates are in another order.
/// Only the first output is computed: (time, directions, batch, hidden).
/// </summary>
internal static class RecurrentOperators
{
    // ONNX: input, output, forget, cell. libtorch: input, forget, cell, output.
    private static readonly int[] LstmGates = [0, 2, 3, 1];

    // ONNX: update, reset, hidden. libtorch: reset, update, new.
    private static readonly int[] GruGates = [1, 0, 2];

    public static Dictionary<string, OperatorBuilder> All { get; } = new(StringComparer.Ordinal)
    {
        ["LSTM"] = (node, context) => Build(node, context, LstmGates),
        ["GRU"] = (node, context) => Build(node, context, GruGates),
    };

    private static NodeKernel Build(GraphNode node, OperatorContext context, int[] gates)
    {
        var layer = RecurrentGeometry.Of(node, context.Constants.Shape(node.Inputs[2]));
        var operands = new Operands(node, context.Constants);
        return inputs =>
        {
            var x = operands.Get(inputs, 0); // (time, batch, features)
            long batch = x.shape[1];
            var parameters = new List<Tensor>();
            try
            {
                for (int direction = 0; direction < layer.Directions; direction++)
                {
                    parameters.Add(Ordered(operands.Get(inputs, 1), direction, gates));
                    parameters.Add(Ordered(operands.Get(inputs, 2), direction, gates));
                    using var biases = operands.Find(inputs, 3) is { } given
                        ? given.select(0, direction)
                        : zeros([2 * gates.Length * layer.Hidden], device: x.device);
                    parameters.Add(OrderedHalf(biases, 0, gates));
                    parameters.Add(OrderedHalf(biases, 1, gates));
                }

                return Run(node, layer, inputs, operands, x, batch, [.. parameters]);
            }
            finally
            {
                parameters.DisposeAll();
            }
        };
    }

    private static Tensor Run(
        GraphNode node, RecurrentGeometry layer, NodeInputs inputs, Operands operands, Tensor x, long batch, Tensor[] parameters)
    {
        using var forward = layer.IsReversed ? x.flip(0) : x.alias();
        using var hidden = State(operands.Find(inputs, 5), layer, batch, x.device);
        using var cell = State(operands.Find(inputs, 6), layer, batch, x.device);
        using var output = node switch
        {
            { OpType: "LSTM" } => TorchScripts.Lstm(forward, hidden, cell, parameters),
            _ when node.GetInt("linear_before_reset", 0) == 0 => ResetFirstGru.Run(forward, hidden, parameters),
            _ => TorchScripts.Gru(forward, hidden, parameters),
        };
        using var inOrder = layer.IsReversed ? output.flip(0) : output.alias();
        using var split = LayoutOperators.Rearranged(inOrder, [x.shape[0], batch, layer.Directions, layer.Hidden]);
        return split.permute([0, 2, 1, 3]);
    }

    private static Tensor State(Tensor? given, RecurrentGeometry layer, long batch, Device device) => given is null
        ? zeros([layer.Directions, batch, layer.Hidden], device: device)
        : given.contiguous();

    // (directions, gates hidden, ...) -> (gates hidden, ...)
    private static Tensor Ordered(Tensor all, int direction, int[] gates)
    {
        using var own = all.select(0, direction);
        return Ordered(own, gates);
    }

    private static Tensor OrderedHalf(Tensor biases, int half, int[] gates)
    {
        long length = biases.shape[0] / 2;
        using var own = biases.narrow(0, half * length, length);
        return Ordered(own, gates);
    }

    private static Tensor Ordered(Tensor own, int[] gates)
    {
        long size = own.shape[0] / gates.Length;
        Tensor[] parts = [.. gates.Select(gate => own.narrow(0, gate * size, size))];
        try
        {
            return cat(parts, 0);
        }
        finally
        {
            parts.DisposeAll();
        }
    }
}
