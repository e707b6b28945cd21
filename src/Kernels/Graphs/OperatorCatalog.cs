using Cluster.Kernels.Graphs.Inference;

namespace Cluster.Kernels.Graphs;

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

    /// <summary>The shape of its outputs; by default that of its first input.</summary>
    internal Func<ShapeContext, long[]> Shape { get; init; } = static context => context.Shape(0);
}

/// <summary>The operators that a normalised graph may contain; docs/operators.md is generated from it.</summary>
public static class OperatorCatalog
{
    /// <summary>The operators by name.</summary>
    public static IReadOnlyDictionary<string, OperatorEntry> Entries { get; } = new SortedDictionary<string, OperatorEntry>(
        List().ToDictionary(entry => entry.Name, StringComparer.Ordinal), StringComparer.Ordinal);

    private static long[] Broadcast(ShapeContext context) => context.BroadcastAll();

    private static OperatorEntry[] List() =>
    [
        new("Abs", 7, IntegerUse.Float),
        new("Add", 7, IntegerUse.Codes) { Shape = Broadcast },
        new("And", 7, IntegerUse.Float, HasSlope: false) { Shape = Broadcast },
        new("AveragePool", 7, IntegerUse.Codes) { Shape = WindowShapes.Pooling },
        new("BatchNormalization", 7, IntegerUse.Float) { ConstantInputs = [1, 2, 3, 4], Shape = NormalizationShapes.OfChannels },
        new("Cast", 7, IntegerUse.Float),
        new("Ceil", 7, IntegerUse.Float, HasSlope: false),
        new("Celu", 12, IntegerUse.Float),
        new("Clip", 7, IntegerUse.Range) { ConstantInputs = [1, 2] },
        new("Concat", 7, IntegerUse.Codes) { Shape = LayoutShapes.Concat },
        new("ConstantOfShape", 9, IntegerUse.Float, HasSlope: false) { Shape = SelectionShapes.Stated },
        new("Conv", 7, IntegerUse.Weights) { ConstantInputs = [1, 2], Shape = WindowShapes.Convolution },
        new("ConvTranspose", 7, IntegerUse.Float) { ConstantInputs = [1, 2], Shape = WindowShapes.TransposedConvolution },
        new("Cos", 7, IntegerUse.Float),
        new("DepthToSpace", 7, IntegerUse.Float) { Shape = SelectionShapes.Blocks },
        new("Div", 7, IntegerUse.Float) { Shape = Broadcast },
        new("Einsum", 12, IntegerUse.Float) { Shape = EinsumShapes.Of },
        new("Elu", 7, IntegerUse.Float),
        new("Equal", 7, IntegerUse.Float, HasSlope: false) { Shape = Broadcast },
        new("Erf", 9, IntegerUse.Float),
        new("Exp", 7, IntegerUse.Float),
        new("Expand", 8, IntegerUse.Float) { Shape = SelectionShapes.Expand },
        new("Flatten", 7, IntegerUse.Moves) { Shape = LayoutShapes.Flatten },
        new("Floor", 7, IntegerUse.Float, HasSlope: false),
        new("GRU", 7, IntegerUse.Float) { ConstantInputs = [1, 2, 3], Shape = RecurrentGeometry.Shape },
        new("Gather", 7, IntegerUse.Float) { Shape = SelectionShapes.Gather },
        new("GatherElements", 11, IntegerUse.Float) { Shape = SelectionShapes.GatherElements },
        new("Gelu", 20, IntegerUse.Float),
        new("Gemm", 7, IntegerUse.Weights) { Shape = MatrixShapes.Gemm },
        new("GlobalAveragePool", 7, IntegerUse.Codes) { Shape = WindowShapes.GlobalPooling },
        new("GlobalMaxPool", 7, IntegerUse.Float) { Shape = WindowShapes.GlobalPooling },
        new("Greater", 7, IntegerUse.Float, HasSlope: false) { Shape = Broadcast },
        new("GreaterOrEqual", 12, IntegerUse.Float, HasSlope: false) { Shape = Broadcast },
        new("GroupNormalization", 18, IntegerUse.Float) { ConstantInputs = [1, 2], Shape = NormalizationShapes.OfChannels },
        new("HardSigmoid", 7, IntegerUse.Float),
        new("HardSwish", 14, IntegerUse.Float),
        new("Identity", 7, IntegerUse.Float),
        new("InstanceNormalization", 7, IntegerUse.Float) { ConstantInputs = [1, 2], Shape = NormalizationShapes.OfChannels },
        new("IsInf", 10, IntegerUse.Float, HasSlope: false),
        new("IsNaN", 9, IntegerUse.Float, HasSlope: false),
        new("LRN", 7, IntegerUse.Float) { Shape = NormalizationShapes.OfChannels },
        new("LSTM", 7, IntegerUse.InEachRun) { ConstantInputs = [1, 2, 3], Shape = RecurrentGeometry.Shape },
        new("LayerNormalization", 17, IntegerUse.Float) { ConstantInputs = [1, 2], Shape = NormalizationShapes.OfLayers },
        new("LeakyRelu", 7, IntegerUse.Float),
        new("Less", 7, IntegerUse.Float, HasSlope: false) { Shape = Broadcast },
        new("LessOrEqual", 12, IntegerUse.Float, HasSlope: false) { Shape = Broadcast },
        new("Log", 7, IntegerUse.Float),
        new("LogSoftmax", 7, IntegerUse.Float),
        new("MatMul", 7, IntegerUse.Weights) { Shape = MatrixShapes.MatMul },
        new("Max", 7, IntegerUse.Float) { Shape = Broadcast },
        new("MaxPool", 7, IntegerUse.Moves) { Shape = WindowShapes.Pooling },
        new("Mean", 7, IntegerUse.Float) { Shape = Broadcast },
        new("Min", 7, IntegerUse.Float) { Shape = Broadcast },
        new("Mish", 18, IntegerUse.Float),
        new("Mul", 7, IntegerUse.Codes) { Shape = Broadcast },
        new("Neg", 7, IntegerUse.Float),
        new("Not", 7, IntegerUse.Float, HasSlope: false),
        new("Or", 7, IntegerUse.Float, HasSlope: false) { Shape = Broadcast },
        new("PRelu", 7, IntegerUse.Float) { Shape = static context => context.Broadcast(0, 1) },
        new("Pad", 7, IntegerUse.Moves) { ConstantInputs = [1, 2, 3], Shape = LayoutShapes.Pad },
        new("Pow", 7, IntegerUse.Float) { Shape = Broadcast },
        new("Range", 11, IntegerUse.Float, HasSlope: false) { Shape = SelectionShapes.Range },
        new("Reciprocal", 7, IntegerUse.Float),
        new("ReduceL1", 7, IntegerUse.Float) { ConstantInputs = [1], Shape = ReductionShapes.Of },
        new("ReduceL2", 7, IntegerUse.Float) { ConstantInputs = [1], Shape = ReductionShapes.Of },
        new("ReduceMax", 7, IntegerUse.Float) { ConstantInputs = [1], Shape = ReductionShapes.Of },
        new("ReduceMean", 7, IntegerUse.Float) { ConstantInputs = [1], Shape = ReductionShapes.Of },
        new("ReduceMin", 7, IntegerUse.Float) { ConstantInputs = [1], Shape = ReductionShapes.Of },
        new("ReduceSum", 7, IntegerUse.Float) { ConstantInputs = [1], Shape = ReductionShapes.Of },
        new("Relu", 7, IntegerUse.Range),
        new("Reshape", 7, IntegerUse.Moves) { Shape = LayoutShapes.Reshape },
        new("Resize", 10, IntegerUse.Float) { ConstantInputs = [1, 2], Shape = ResizeGeometry.Shape },
        new("Round", 11, IntegerUse.Float, HasSlope: false),
        new("Selu", 7, IntegerUse.Float),
        new("Shape", 7, IntegerUse.Float, HasSlope: false),
        new("Sigmoid", 7, IntegerUse.Float),
        new("Sign", 9, IntegerUse.Float, HasSlope: false),
        new("Sin", 7, IntegerUse.Float),
        new("Slice", 7, IntegerUse.Moves) { Shape = LayoutShapes.Slice },
        new("Softmax", 7, IntegerUse.Float),
        new("Softplus", 7, IntegerUse.Float),
        new("Softsign", 7, IntegerUse.Float),
        new("SpaceToDepth", 7, IntegerUse.Float) { Shape = SelectionShapes.Blocks },
        new("Sqrt", 7, IntegerUse.Float),
        new("Squeeze", 7, IntegerUse.Moves) { ConstantInputs = [1], Shape = LayoutShapes.Squeeze },
        new("Sub", 7, IntegerUse.Float) { Shape = Broadcast },
        new("Sum", 7, IntegerUse.Float) { Shape = Broadcast },
        new("Tanh", 7, IntegerUse.Float),
        new("ThresholdedRelu", 10, IntegerUse.Float),
        new("Tile", 7, IntegerUse.Float) { Shape = SelectionShapes.Tile },
        new("Transpose", 7, IntegerUse.Moves) { Shape = LayoutShapes.Transpose },
        new("Trilu", 14, IntegerUse.Float) { ConstantInputs = [1] },
        new("Unsqueeze", 7, IntegerUse.Moves) { ConstantInputs = [1], Shape = LayoutShapes.Unsqueeze },
        new("Where", 9, IntegerUse.Float) { Shape = Broadcast },
    ];
}
