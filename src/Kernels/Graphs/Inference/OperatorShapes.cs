namespace Cluster.Kernels.Graphs.Inference;

/// <summary>
/// Output shape of one node from the shapes of its inputs. An operator that is not listed is refused.
/// </summary>
internal static class OperatorShapes
{
    /// <summary>The shapes of all outputs; most operators have one.</summary>
    public static IReadOnlyList<long[]> Outputs(ShapeContext context)
    {
        GraphNode node = context.Node;
        switch (node.OpType)
        {
            case "Split":
                return LayoutShapes.Split(context);
            case "LSTM" or "GRU":
                long[] all = RecurrentGeometry.Shape(context);
                return [all, all[1..], all[1..]];
            default:
                long[] shape = Infer(context);
                return [.. node.Outputs.Select(_ => shape)];
        }
    }

    /// <summary>The value of a Shape node, with the start and end of opset 15.</summary>
    public static TensorData Value(GraphNode node, long[] shape)
    {
        (long start, long count, _) = ShapeMath.Slice(node.GetInt("start", 0), node.GetInt("end", long.MaxValue), 1, shape.Length);
        return TensorData.FromInt64([count], shape.AsSpan((int)start, (int)count));
    }

    private static long[] Infer(ShapeContext context) => context.Node.OpType switch
    {
        "Conv" => WindowShapes.Convolution(context),
        "ConvTranspose" => WindowShapes.TransposedConvolution(context),
        "MaxPool" or "AveragePool" => WindowShapes.Pooling(context),
        "GlobalAveragePool" or "GlobalMaxPool" => GlobalPooling(context),
        "Gemm" => MatrixShapes.Gemm(context),
        "MatMul" => MatrixShapes.MatMul(context),
        "Einsum" => EinsumShapes.Of(context),
        "Relu" or "Clip" or "LeakyRelu" or "Sigmoid" or "HardSigmoid" or "HardSwish" or "Tanh" or "Softmax" or "LogSoftmax"
            or "Identity" or "Dropout" or "Cast" or "Trilu" => context.Shape(0),
        "Abs" or "Ceil" or "Celu" or "Cos" or "Elu" or "Erf" or "Exp" or "Floor" or "Gelu" or "Log" or "Mish" or "Neg" or "Not"
            or "Reciprocal" or "Round" or "Selu" or "Sign" or "Sin" or "Softplus" or "Softsign" or "Sqrt"
            or "ThresholdedRelu" or "CumSum" or "ScatterElements" or "ScatterND" => context.Shape(0),
        "BatchNormalization" or "GroupNormalization" or "InstanceNormalization" or "LRN" => Normalization(context),
        "LayerNormalization" => LayerNormalization(context),
        "Add" or "Sub" or "Mul" or "Div" or "Pow" or "Equal" or "Greater" or "GreaterOrEqual" or "Less" or "LessOrEqual" or "And" or "Or"
            or "Max" or "Min" or "Sum" or "Mean" or "Where" or "Mod" or "Xor" => context.BroadcastAll(),
        "PRelu" => context.Broadcast(0, 1),
        "Concat" => LayoutShapes.Concat(context),
        "ReduceMean" or "ReduceSum" or "ReduceMax" or "ReduceMin" or "ReduceL1" or "ReduceL2" or "ReduceProd" => Reduction(context),
        "Flatten" => LayoutShapes.Flatten(context),
        "Reshape" => LayoutShapes.Reshape(context),
        "Transpose" => LayoutShapes.Transpose(context),
        "Squeeze" => LayoutShapes.Squeeze(context),
        "Unsqueeze" => LayoutShapes.Unsqueeze(context),
        "Slice" => LayoutShapes.Slice(context),
        "Pad" => LayoutShapes.Pad(context),
        "Gather" => SelectionShapes.Gather(context),
        "GatherND" => SelectionShapes.GatherNd(context),
        "GatherElements" => SelectionShapes.GatherElements(context),
        "Expand" => SelectionShapes.Expand(context),
        "Tile" => SelectionShapes.Tile(context),
        "DepthToSpace" or "SpaceToDepth" => SelectionShapes.Blocks(context),
        "ConstantOfShape" => context.Integers(0) ?? throw context.Node.Error("states no shape."),
        "Range" => SelectionShapes.Range(context),
        "Resize" => ResizeGeometry.Shape(context),
        "LSTM" or "GRU" => RecurrentGeometry.Shape(context),
        _ => throw SupportedOperators.Refuse(context.Node),
    };

    private static long[] GlobalPooling(ShapeContext context)
    {
        long[] input = context.Shape(0);
        return input.Length >= 2
            ? [input[0], input[1], .. Enumerable.Repeat(1L, input.Length - 2)]
            : throw context.Node.Error($"pools a value of shape {ShapeMath.Text(input)}; expected batch, channels and spatial axes.");
    }

    // Scales and shifts stand at inputs 1 and 2, one a channel (a group up to opset 20).
    private static long[] Normalization(ShapeContext context)
    {
        long[] input = context.Shape(0);
        if (input.Length < 2)
        {
            throw context.Node.Error($"normalises a value of shape {ShapeMath.Text(input)}; expected batch and channels.");
        }

        if (context.Node.GetInt("size", 1) % 2 == 0)
        {
            throw context.Node.Error("sums over an even number of channels, which runtimes refuse; expected an odd size.");
        }

        long groups = context.Node.GetInt("num_groups", 1);
        bool isWhole = groups >= 1 && input[1] % groups == 0;
        for (int i = 1; i < context.Node.Inputs.Count; i++)
        {
            isWhole &= context.Shape(i) is [var count] && (count == input[1] || (groups > 1 && count == groups));
        }

        return isWhole
            ? input
            : throw context.Node.Error(
                $"normalises {ShapeMath.Text(input)} with constants that have not one value a channel, or in groups that do not divide "
                + "its channels.");
    }

    private static long[] LayerNormalization(ShapeContext context)
    {
        long[] input = context.Shape(0);
        int axis = context.Axis(context.Node.GetInt("axis", -1), input.Length);
        long[] normal = input[axis..];
        for (int i = 1; i < context.Node.Inputs.Count; i++)
        {
            if (ShapeMath.Broadcast(context.Shape(i), normal) is not { } both || !both.AsSpan().SequenceEqual(normal))
            {
                throw context.Node.Error(
                    $"normalises {ShapeMath.Text(normal)} with a constant of shape {ShapeMath.Text(context.Shape(i))}; they do not fit.");
            }
        }

        return input;
    }

    private static long[] Reduction(ShapeContext context)
    {
        long[] input = context.Shape(0);
        int[] axes = context.Axes(1, input.Length) ?? [];
        if (axes.Length == 0 && context.Node.GetInt("noop_with_empty_axes", 0) != 0)
        {
            return input;
        }

        bool Reduced(int axis) => axes.Length == 0 || axes.Contains(axis);
        return context.Node.GetInt("keepdims", 1) != 0
            ? [.. input.Select((size, i) => Reduced(i) ? 1 : size)]
            : [.. input.Where((_, i) => !Reduced(i))];
    }
}
