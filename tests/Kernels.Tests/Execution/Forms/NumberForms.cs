using static Cluster.Tests.GraphBuilder;

namespace Cluster.Kernels.Tests.Execution.Forms;

/// <summary>Products, arithmetic with broadcasting, functions over an axis and reductions.</summary>
internal static class NumberForms
{
    public static IEnumerable<KeyValuePair<string, Func<Random, OperatorForm>>> All =>
    [
        new("matmul", MatMul), new("matmul of activations", Products), new("gemm", Gemm), new("einsum", Einsum),
        new("arithmetic", Arithmetic), new("softmax", Softmax), new("normalization", Normalization), new("reduction", Reduction),
    ];

    private static OperatorForm MatMul(Random random)
    {
        long[] shape = OperatorForm.Draw(random, random.Next(0, 3));
        long columns = random.Next(1, 7);

        // A constant of two dimensions, or one for each of the dimensions before the last two.
        long[] weights = shape.Length > 2 && random.Next(2) == 0
            ? [.. shape[1..^2], shape[^1], columns]
            : [shape[^1], columns];
        return Of(shape, OperatorForm.Over(13, shape).Floats("w", weights, Values(random, weights)).Node("MatMul", "x w", "y"), weights);
    }

    private static OperatorForm Products(Random random)
    {
        long[] shape = OperatorForm.Draw(random, random.Next(1, 3));
        long[] order = [.. Enumerable.Range(0, shape.Length).Select(axis => (long)axis)];
        (order[^1], order[^2]) = (order[^2], order[^1]);
        return Of(shape, OperatorForm.Over(13, shape).Node("Transpose", "x", "t", Ints("perm", order)).Node("MatMul", "x t", "y"), order);
    }

    private static OperatorForm Gemm(Random random)
    {
        long[] shape = [random.Next(1, 5), random.Next(1, 9)];
        long columns = random.Next(1, 7);
        bool transposed = random.Next(2) == 0;
        long[] weights = transposed ? [columns, shape[1]] : [shape[1], columns];
        long[] bias = random.Next(3) switch { 0 => [columns], 1 => [1, columns], _ => [1] };
        var graph = OperatorForm.Over(13, shape).Floats("w", weights, Values(random, weights)).Floats("b", bias, Values(random, bias));
        return Of(
            shape,
            graph.Node("Gemm", "x w b", "y", Int("transB", transposed ? 1 : 0), Float("alpha", 0.75f), Float("beta", random.Next(0, 3))),
            weights);
    }

    private static OperatorForm Einsum(Random random)
    {
        (long channels, long height, long width, long other) = (random.Next(1, 5), random.Next(1, 5), random.Next(1, 5), random.Next(1, 5));
        long[] shape = [random.Next(1, 4), channels, height, width];
        (string equation, long[] weights) = random.Next(4) switch
        {
            0 => ("nchw,wk->nchk", (long[])[width, other]),
            1 => ("nchw,chk->nkw", [channels, height, other]),
            2 => ("nchw,cwk->nckh", [channels, width, other]),
            _ => ("nchw,c->nhw", [channels]),
        };
        var graph = OperatorForm.Over(13, shape).Floats("w", weights, Values(random, weights));
        return Of(shape, graph.Node("Einsum", "x w", "y", Text("equation", equation)), weights, equation);
    }

    private static OperatorForm Arithmetic(Random random)
    {
        long[] shape = OperatorForm.Draw(random, random.Next(0, 4));
        string type = random.GetItems(["Add", "Sub", "Mul", "Div", "Max", "Min", "PRelu"], 1)[0];

        // Fewer dimensions, and 1 where it is broadcast; never more than x has.
        long[] constant = [.. shape[random.Next(1, shape.Length)..].Select(size => random.Next(2) == 0 ? size : 1)];
        bool isFirst = type is not "PRelu" and not "Div" && random.Next(2) == 0;

        // No divisor near 0, and no maximum that changes sides.
        float[] values = [.. Values(random, constant).Select(value => type switch
        {
            "Div" => value + 2,
            "Max" or "Min" => value > 0 ? 5 : -5,
            _ => value,
        })];
        var graph = OperatorForm.Over(13, shape).Floats("k", constant, values);
        return Of(shape, graph.Node(type, isFirst ? "k x" : "x k", "y"), constant, type);
    }

    private static OperatorForm Softmax(Random random)
    {
        long[] shape = OperatorForm.Draw(random, random.Next(0, 4));
        int axis = random.Next(1, shape.Length);
        string type = random.Next(2) == 0 ? "Softmax" : "LogSoftmax";
        var graph = OperatorForm.Over(13, shape).Node(type, "x", "y", Int("axis", axis - (random.Next(2) * shape.Length)));
        return Of(shape, graph, [axis], type);
    }

    private static OperatorForm Normalization(Random random)
    {
        long[] shape = [random.Next(1, 4), 2 * random.Next(1, 4), .. OperatorForm.Draw(random, 2)[2..]];
        switch (random.Next(4))
        {
            case 0:
                int axis = random.Next(1, shape.Length);
                var layer = Scaled(17, shape, shape[axis..], random).Node("LayerNormalization", "x s b", "y", Int("axis", axis));
                return Of(shape, layer, [axis], "layer");
            case 1:
                return Of(shape, Scaled(13, shape, [shape[1]], random).Node("InstanceNormalization", "x s b", "y"), [], "instance");
            case 2:
                var groups = Scaled(21, shape, [shape[1]], random).Node("GroupNormalization", "x s b", "y", Int("num_groups", 2));
                return Of(shape, groups, [], "two groups");
            default:
                int size = (2 * random.Next(0, 3)) + 1;
                var local = OperatorForm.Over(13, shape).Node("LRN", "x", "y", Int("size", size), Float("alpha", 0.3f));
                return Of(shape, local, [size], "local");
        }
    }

    private static OperatorForm Reduction(Random random)
    {
        long[] shape = OperatorForm.Draw(random, random.Next(0, 4));
        string type = random.GetItems(["ReduceMean", "ReduceMax", "ReduceMin", "ReduceSum", "ReduceL1", "ReduceL2"], 1)[0];
        long[] axes = [.. Enumerable.Range(1, shape.Length - 1).Where(_ => random.Next(2) == 0).Select(axis => (long)axis)];
        axes = axes.Length == 0 ? [shape.Length - 1] : axes;
        int kept = random.Next(2);
        var graph = OperatorForm.Over(18, shape).Ints("a", axes);
        return Of(shape, graph.Node(type, "x a", "y", Int("keepdims", kept)), axes, $"{type} {kept}");
    }

    private static GraphBuilder Scaled(int opset, long[] shape, long[] of, Random random) =>
        OperatorForm.Over(opset, shape).Floats("s", of, Values(random, of)).Floats("b", of, Values(random, of));

    private static float[] Values(Random random, long[] shape) => Nets.Values((int)shape.Aggregate(1L, (a, b) => a * b), random.Next());

    private static OperatorForm Of(long[] shape, GraphBuilder graph, long[] numbers, string text = "") =>
        new(graph, shape, $"{OperatorForm.Show(shape)} {text} {OperatorForm.Show(numbers)}");
}
