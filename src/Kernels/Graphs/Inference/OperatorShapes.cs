namespace Cluster.Kernels.Graphs.Inference;

/// <summary>
/// Output shape of one node from the shapes of its inputs. An operator that is not listed is refused.
/// </summary>
internal static class OperatorShapes
{
    public static long[] Infer(ShapeContext context) => context.Node.OpType switch
    {
        "Conv" => WindowShapes.Convolution(context),
        "ConvTranspose" => WindowShapes.TransposedConvolution(context),
        "MaxPool" or "AveragePool" => WindowShapes.Pooling(context),
        "GlobalAveragePool" or "GlobalMaxPool" => GlobalPooling(context),
        "Gemm" => MatrixShapes.Gemm(context),
        "MatMul" => MatrixShapes.MatMul(context),
        "Relu" or "Clip" or "LeakyRelu" or "Sigmoid" or "HardSigmoid" or "HardSwish" or "Tanh" or "Softmax"
            or "BatchNormalization" or "Identity" or "Dropout" or "Cast" => context.Shape(0),
        "Add" or "Sub" or "Mul" or "Div" => context.Broadcast(0, 1),
        "Concat" => LayoutShapes.Concat(context),
        "ReduceMean" => ReduceMean(context),
        "Flatten" => LayoutShapes.Flatten(context),
        "Reshape" => LayoutShapes.Reshape(context),
        "Transpose" => LayoutShapes.Transpose(context),
        "Squeeze" => LayoutShapes.Squeeze(context),
        "Unsqueeze" => LayoutShapes.Unsqueeze(context),
        "Slice" => LayoutShapes.Slice(context),
        "Pad" => LayoutShapes.Pad(context),
        _ => throw SupportedOperators.Refuse(context.Node),
    };

    private static long[] GlobalPooling(ShapeContext context)
    {
        long[] input = context.Shape(0);
        return input.Length >= 2
            ? [input[0], input[1], .. Enumerable.Repeat(1L, input.Length - 2)]
            : throw context.Node.Error($"pools a value of shape {ShapeMath.Text(input)}; expected batch, channels and spatial axes.");
    }

    private static long[] ReduceMean(ShapeContext context)
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
