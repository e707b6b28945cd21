namespace Cluster.Networks.Graphs;

/// <summary>How an operator is treated in a group of INT8.</summary>
public enum IntegerUse
{
    /// <summary>It stays in float, in every format of its group.</summary>
    Float,

    /// <summary>Its constant weights are codes and an integer kernel multiplies them with codes.</summary>
    Weights,

    /// <summary>It reads codes of activations and writes codes of another scale.</summary>
    Codes,

    /// <summary>It moves codes unchanged.</summary>
    Moves,

    /// <summary>Its constant weights are codes, and what it reads is rounded in each run.</summary>
    InEachRun,

    /// <summary>It is merged into the range of the node before it.</summary>
    Range,
}

/// <summary>One operator of a normalised graph; its kernel is defined in Execution/Operators.</summary>
/// <param name="Name">ONNX's, default domain.</param>
/// <param name="Since">The first opset in which it is supported; files of older ones cannot contain it.</param>
/// <param name="Use">Its treatment in INT8, if its inputs allow it.</param>
/// <param name="HasSlope">Whether gradients flow through it: false for steps, comparisons and sizes.</param>
public sealed record OperatorEntry(string Name, int Since, IntegerUse Use, bool HasSlope = true)
{
    /// <summary>Inputs that must be constants.</summary>
    public IReadOnlyList<int> ConstantInputs { get; init; } = [];
}

/// <summary>The operators that a normalised graph may contain; docs/operators.md is generated from it.</summary>
public static class OperatorCatalog
{
    /// <summary>The operators by name.</summary>
    public static IReadOnlyDictionary<string, OperatorEntry> Entries { get; } = new SortedDictionary<string, OperatorEntry>(
        List().ToDictionary(entry => entry.Name, StringComparer.Ordinal), StringComparer.Ordinal);

    private static OperatorEntry[] List() =>
    [
        new("Abs", 7, IntegerUse.Float),
        new("Add", 7, IntegerUse.Codes),
        new("And", 7, IntegerUse.Float, HasSlope: false),
        new("AveragePool", 7, IntegerUse.Codes),
        new("BatchNormalization", 7, IntegerUse.Float) { ConstantInputs = [1, 2, 3, 4] },
        new("Cast", 7, IntegerUse.Float),
        new("Ceil", 7, IntegerUse.Float, HasSlope: false),
        new("Celu", 12, IntegerUse.Float),
        new("Clip", 7, IntegerUse.Range) { ConstantInputs = [1, 2] },
        new("Concat", 7, IntegerUse.Codes),
        new("ConstantOfShape", 9, IntegerUse.Float, HasSlope: false),
        new("Conv", 7, IntegerUse.Weights) { ConstantInputs = [1, 2] },
        new("ConvTranspose", 7, IntegerUse.Weights) { ConstantInputs = [1, 2] },
        new("Cos", 7, IntegerUse.Float),
        new("DepthToSpace", 7, IntegerUse.Moves),
        new("Div", 7, IntegerUse.Float),
        new("Einsum", 12, IntegerUse.Float),
        new("Elu", 7, IntegerUse.Float),
        new("Equal", 7, IntegerUse.Float, HasSlope: false),
        new("Erf", 9, IntegerUse.Float),
        new("Exp", 7, IntegerUse.Float),
        new("Expand", 8, IntegerUse.Float),
        new("Flatten", 7, IntegerUse.Moves),
        new("Floor", 7, IntegerUse.Float, HasSlope: false),
        new("GRU", 7, IntegerUse.Float) { ConstantInputs = [1, 2, 3] },
        new("Gather", 7, IntegerUse.Float),
        new("GatherElements", 11, IntegerUse.Float),
        new("Gelu", 20, IntegerUse.Float),
        new("Gemm", 7, IntegerUse.Weights),
        new("GlobalAveragePool", 7, IntegerUse.Codes),
        new("GlobalMaxPool", 7, IntegerUse.Float),
        new("Greater", 7, IntegerUse.Float, HasSlope: false),
        new("GreaterOrEqual", 12, IntegerUse.Float, HasSlope: false),
        new("GroupNormalization", 18, IntegerUse.Float) { ConstantInputs = [1, 2] },
        new("HardSigmoid", 7, IntegerUse.Float),
        new("HardSwish", 14, IntegerUse.Float),
        new("Identity", 7, IntegerUse.Float),
        new("InstanceNormalization", 7, IntegerUse.Float) { ConstantInputs = [1, 2] },
        new("IsInf", 10, IntegerUse.Float, HasSlope: false),
        new("IsNaN", 9, IntegerUse.Float, HasSlope: false),
        new("LRN", 7, IntegerUse.Float),
        new("LSTM", 7, IntegerUse.InEachRun) { ConstantInputs = [1, 2, 3] },
        new("LayerNormalization", 17, IntegerUse.Float) { ConstantInputs = [1, 2] },
        new("LeakyRelu", 7, IntegerUse.Float),
        new("Less", 7, IntegerUse.Float, HasSlope: false),
        new("LessOrEqual", 12, IntegerUse.Float, HasSlope: false),
        new("Log", 7, IntegerUse.Float),
        new("LogSoftmax", 7, IntegerUse.Float),
        new("MatMul", 7, IntegerUse.Weights),
        new("Max", 7, IntegerUse.Float),
        new("MaxPool", 7, IntegerUse.Moves),
        new("Mean", 7, IntegerUse.Float),
        new("Min", 7, IntegerUse.Float),
        new("Mish", 18, IntegerUse.Float),
        new("Mul", 7, IntegerUse.Codes),
        new("Neg", 7, IntegerUse.Float),
        new("Not", 7, IntegerUse.Float, HasSlope: false),
        new("Or", 7, IntegerUse.Float, HasSlope: false),
        new("PRelu", 7, IntegerUse.Float),
        new("Pad", 7, IntegerUse.Moves) { ConstantInputs = [1, 2, 3] },
        new("Pow", 7, IntegerUse.Float),
        new("Range", 11, IntegerUse.Float, HasSlope: false),
        new("Reciprocal", 7, IntegerUse.Float),
        new("ReduceL1", 7, IntegerUse.Float) { ConstantInputs = [1] },
        new("ReduceL2", 7, IntegerUse.Float) { ConstantInputs = [1] },
        new("ReduceMax", 7, IntegerUse.Float) { ConstantInputs = [1] },
        new("ReduceMean", 7, IntegerUse.Float) { ConstantInputs = [1] },
        new("ReduceMin", 7, IntegerUse.Float) { ConstantInputs = [1] },
        new("ReduceSum", 7, IntegerUse.Float) { ConstantInputs = [1] },
        new("Relu", 7, IntegerUse.Range),
        new("Reshape", 7, IntegerUse.Moves),
        new("Resize", 10, IntegerUse.Float) { ConstantInputs = [1, 2] },
        new("Round", 11, IntegerUse.Float, HasSlope: false),
        new("Selu", 7, IntegerUse.Float),
        new("Shape", 7, IntegerUse.Float, HasSlope: false),
        new("Sigmoid", 7, IntegerUse.Float),
        new("Sign", 9, IntegerUse.Float, HasSlope: false),
        new("Sin", 7, IntegerUse.Float),
        new("Slice", 7, IntegerUse.Moves),
        new("Softmax", 7, IntegerUse.Float),
        new("Softplus", 7, IntegerUse.Float),
        new("Softsign", 7, IntegerUse.Float),
        new("SpaceToDepth", 7, IntegerUse.Float),
        new("Sqrt", 7, IntegerUse.Float),
        new("Squeeze", 7, IntegerUse.Moves) { ConstantInputs = [1] },
        new("Sub", 7, IntegerUse.Float),
        new("Sum", 7, IntegerUse.Float),
        new("Tanh", 7, IntegerUse.Float),
        new("ThresholdedRelu", 10, IntegerUse.Float),
        new("Tile", 7, IntegerUse.Float),
        new("Transpose", 7, IntegerUse.Moves),
        new("Trilu", 14, IntegerUse.Float) { ConstantInputs = [1] },
        new("Unsqueeze", 7, IntegerUse.Moves) { ConstantInputs = [1] },
        new("Where", 9, IntegerUse.Float),
    ];
}
