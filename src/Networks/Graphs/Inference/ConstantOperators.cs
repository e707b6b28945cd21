namespace Cluster.Networks.Graphs.Inference;

/// <summary>
/// The operators that are precomputed if all their inputs are constants: their outputs depend on nothing else, have a shape known in
/// advance, and take time and memory in proportion to their inputs and outputs.
/// </summary>
internal static class ConstantOperators
{
    private static readonly HashSet<string> Names = new(StringComparer.Ordinal)
    {
        "Abs", "Add", "And", "Cast", "Ceil", "Clip", "Concat", "ConstantOfShape", "Cos", "CumSum", "DepthToSpace", "Div", "Equal", "Erf",
        "Exp", "Expand", "Flatten", "Floor", "Gather", "GatherElements", "GatherND", "Greater", "GreaterOrEqual", "Identity", "IsInf",
        "IsNaN", "Less", "LessOrEqual", "Log", "Max", "Mean", "Min", "Mod", "Mul", "Neg", "Not", "Or", "Pad", "Pow", "Range",
        "Reciprocal", "ReduceL1", "ReduceL2", "ReduceMax", "ReduceMean", "ReduceMin", "ReduceProd", "ReduceSum", "Relu", "Reshape",
        "Round", "ScatterElements", "ScatterND", "Sigmoid", "Sign", "Sin", "Size", "Slice", "SpaceToDepth", "Split", "Sqrt", "Squeeze",
        "Sub", "Sum", "Tanh", "Tile", "Transpose", "Trilu", "Unsqueeze", "Where", "Xor",
    };

    /// <summary>Whether a node may be precomputed, if its inputs are constants.</summary>
    /// <param name="value">Gives a constant by name; null if it is not known yet.</param>
    public static bool Has(GraphNode node, Func<string, TensorData?> value) =>
        node.Domain.Length == 0 && node.HasInput(0) && (node.Outputs.Count == 1 || node.OpType == "Split")
        && Names.Contains(node.OpType)
        && (node.OpType is not ("Div" or "Mod") || (node.Input(1) is { } name && value(name) is { } divisor && CanDivide(divisor)));

    // The smallest integer divided by -1 would crash the process.
    private static bool CanDivide(TensorData divisor) => divisor.Type switch
    {
        ElementType.Float or ElementType.Double or ElementType.Float16 or ElementType.BFloat16 or ElementType.UInt8 or ElementType.UInt16 =>
            true,
        _ => divisor.Integers() is { } values && !values.Contains(-1),
    };
}
