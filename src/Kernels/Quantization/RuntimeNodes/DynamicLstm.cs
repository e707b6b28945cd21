using Cluster.Kernels.Graphs;
using Cluster.Kernels.Runtimes;

namespace Cluster.Kernels.Quantization.RuntimeNodes;

/// <summary>
/// An LSTM as ONNX Runtime's DynamicQuantizeLSTM: weights in int8 with a scale for each gate's output, inputs and states rounded to uint8
/// in each run, by the range that they have in it: of the whole input, and of each step's states. States, biases, gates and sums stay in
/// FP32. ONNX Runtime has no such GRU.
/// </summary>
public static class DynamicLstm
{
    /// <summary>The operator, in <see cref="WeightOnlyNodes.Domain"/>.</summary>
    public const string Operator = "DynamicQuantizeLSTM";

    private const int Scales = 8;

    /// <summary>Whether a node is an LSTM whose weights are constants, in a form that the operator has.</summary>
    internal static bool Takes(GraphNode node, ModelGraph graph) => node is { OpType: "LSTM", Domain: "" }
        && node.GetInt("layout", 0) == 0
        && node.Inputs.Skip(1).Take(2).Count(input => graph.Initializers.TryGetValue(input, out var weight)
            && weight is { Type: ElementType.Float, Shape: [> 0, > 0, > 0] }) == 2;

    /// <summary>The node with its codes.</summary>
    /// <param name="isPairSafe">Whether no two neighbours may saturate, see <see cref="PairedCodes"/>.</param>
    /// <param name="unsigned">Whether codes are uint8 around 128; null: those that would saturate on this processor.</param>
    internal static RuntimeNode Of(GraphNode node, ModelGraph graph, NameSource names, bool isPairSafe, bool? unsigned = null)
    {
        var constants = new Dictionary<string, TensorData>(StringComparer.Ordinal);
        foreach (var (input, part, place) in new[] { (1, "_inputs", Scales), (2, "_states", Scales + 2) })
        {
            string Name(string suffix) => names.Part(node.Name, part + suffix);
            var codes = Codes(graph.Initializers[node.Inputs[input]], isPairSafe);
            bool isUnsigned = unsigned ?? (ByteProducts.Saturate && codes.Saturate);
            int zero = isUnsigned ? 1 << 7 : 0;
            constants[Name("_codes")] = Stored(codes.Shape, codes.Codes, isUnsigned, zero);
            constants[Name("_scale")] = TensorData.FromFloats([codes.Shape[0], codes.Shape[2]], codes.Scales);
            constants[Name("_zero_point")] = Stored([codes.Shape[0], codes.Shape[2]], new sbyte[codes.Scales.Length], isUnsigned, zero);
            node = node.WithInput(input, Name("_codes")).WithInput(place, Name("_scale")).WithInput(place + 1, Name("_zero_point"));
        }

        return new RuntimeNode(node.Without("layout") with { OpType = Operator, Domain = WeightOnlyNodes.Domain }, constants);
    }

    /// <summary>The LSTM that a written node computes, and the shape of its weight at an input, 1 or 2; null for another node.</summary>
    public static (GraphNode Node, Func<int, long[]> Shape)? Float(GraphNode node, ModelGraph file) => node.OpType != Operator ? null
        : (node with { OpType = "LSTM", Domain = "", Inputs = [.. node.Inputs.Take(Scales)] },
            input => file.Initializers[node.Inputs[input]].Shape is var shape ? [shape[0], shape[2], shape[1]] : []);

    /// <summary>Whether products of a written node may saturate on x86 without VNNI.</summary>
    internal static bool Saturates(GraphNode node, IReadOnlyDictionary<string, TensorData> constants) => node.OpType == Operator
        && new[] { 1, 2 }.Any(input => constants[node.Inputs[input]] is { Type: ElementType.Int8 } codes
            && Saturate(codes.As<sbyte>(), codes.Shape));

    /// <summary>(directions, gates · hidden, inputs) to codes (directions, inputs, gates · hidden), a scale for each of the latter.</summary>
    private static (sbyte[] Codes, float[] Scales, long[] Shape, bool Saturate) Codes(TensorData weight, bool isPairSafe)
    {
        long[] shape = [weight.Shape[0], weight.Shape[2], weight.Shape[1]];
        int size = (int)(shape[1] * shape[2]);
        var pairs = Pairs(shape);
        var codes = new List<sbyte>();
        var scales = new List<float>();
        for (int direction = 0; direction < shape[0]; direction++)
        {
            float[] rows = Matrices.Transposed(weight.As<float>().Slice(direction * size, size), (int)shape[2], (int)shape[1]);
            float[] own = ChannelScales.MaxAbs(rows, shape.AsSpan(1), 1);
            own = isPairSafe ? PairSafeWeights.Scales(rows, pairs, own) : own;
            sbyte[] rounded = WeightQuantizer.Quantize(rows, shape.AsSpan(1), 1, own);
            codes.AddRange(isPairSafe ? PairSafeWeights.Clip(rounded, pairs) : rounded);
            scales.AddRange(own);
        }

        sbyte[] all = [.. codes];
        return (all, [.. scales], shape, Saturate(all, shape));
    }

    // Neighbours along the reduction, in the layout that the operator packs.
    private static PairedCodes Pairs(long[] shape)
    {
        var (rows, columns) = ((int)shape[1], (int)shape[2]);
        return new PairedCodes(columns, rows, 1, rows, columns);
    }

    private static bool Saturate(ReadOnlySpan<sbyte> codes, long[] shape)
    {
        int size = codes.Length / (int)shape[0];
        bool areSafe = true;
        for (int direction = 0; direction < shape[0]; direction++)
        {
            areSafe &= Pairs(shape).AreSafe(codes.Slice(direction * size, size));
        }

        return !areSafe;
    }

    private static TensorData Stored(long[] shape, sbyte[] codes, bool isUnsigned, int zero) => isUnsigned
        ? TensorData.FromUInt8(shape, Array.ConvertAll(codes, code => (byte)(code + zero)))
        : TensorData.FromInt8(shape, codes);
}
