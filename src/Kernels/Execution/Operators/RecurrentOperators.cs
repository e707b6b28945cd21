using Cluster.Kernels.Graphs;
using Cluster.Kernels.Graphs.Inference;
using Cluster.Kernels.Tensors;
using static TorchSharp.torch;

namespace Cluster.Kernels.Execution.Operators;

/// <summary>
/// LSTM and GRU with ONNX's default activation functions, by libtorch's own where it has the form; it orders the gates in
/// another way. The first output alone: (time, directions, batch, hidden).
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
                        ? Aten.Call("aten::select.int", given, 0, direction)
                        : Zeros([2 * gates.Length * layer.Hidden]);
                    parameters.Add(OrderedHalf(biases, 0, gates));
                    parameters.Add(OrderedHalf(biases, 1, gates));
                }

                return Run(node, layer, inputs, operands, x, batch, [.. parameters]);
            }
            finally
            {
                parameters.ForEach(parameter => parameter.Dispose());
            }
        };
    }

    private static Tensor Run(
        GraphNode node, RecurrentGeometry layer, NodeInputs inputs, Operands operands, Tensor x, long batch, Tensor[] parameters)
    {
        using var forward = layer.IsReversed ? Aten.Call("aten::flip", x, new long[] { 0 }) : Aten.Call("aten::alias", x);
        using var hidden = State(operands.Find(inputs, 5), layer, batch);
        using var cell = State(operands.Find(inputs, 6), layer, batch);
        bool bidirectional = layer.Directions == 2;
        using var output = node switch
        {
            { OpType: "LSTM" } => Aten.Call(
                "aten::lstm.input", forward, new[] { hidden, cell }, parameters, true, 1, 0.0, false, bidirectional, false),
            _ when node.GetInt("linear_before_reset", 0) == 0 => ResetFirstGru.Run(forward, hidden, parameters),
            _ => Aten.Call("aten::gru.input", forward, hidden, parameters, true, 1, 0.0, false, bidirectional, false),
        };
        using var inOrder = layer.IsReversed ? Aten.Call("aten::flip", output, new long[] { 0 }) : Aten.Call("aten::alias", output);
        using var split = LayoutOperators.Rearranged(inOrder, [x.shape[0], batch, layer.Directions, layer.Hidden]);
        return TensorOps.Transpose(split, [0, 2, 1, 3]);
    }

    private static Tensor State(Tensor? given, RecurrentGeometry layer, long batch) => given is null
        ? Zeros([layer.Directions, batch, layer.Hidden])
        : TensorOps.Contiguous(given);

    private static Tensor Zeros(long[] shape)
    {
        using var zero = TensorFactory.FromFloats([0], []);
        using var repeated = TensorOps.Expand(zero, shape);
        return TensorOps.Contiguous(repeated);
    }

    // (directions, gates hidden, ...) -> (gates hidden, ...)
    private static Tensor Ordered(Tensor all, int direction, int[] gates)
    {
        using var own = Aten.Call("aten::select.int", all, 0, direction);
        return Ordered(own, gates);
    }

    private static Tensor OrderedHalf(Tensor biases, int half, int[] gates)
    {
        long length = biases.shape[0] / 2;
        using var own = TensorOps.Narrow(biases, 0, half * length, length);
        return Ordered(own, gates);
    }

    private static Tensor Ordered(Tensor own, int[] gates)
    {
        long size = own.shape[0] / gates.Length;
        Tensor[] parts = [.. gates.Select(gate => TensorOps.Narrow(own, 0, gate * size, size))];
        try
        {
            return TensorOps.Cat(parts, 0);
        }
        finally
        {
            Array.ForEach(parts, part => part.Dispose());
        }
    }
}
