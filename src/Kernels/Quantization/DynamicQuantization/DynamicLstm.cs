namespace Cluster.Kernels.Quantization.DynamicQuantization;

/// <summary>
/// An LSTM as ONNX Runtime's DynamicQuantizeLSTM: weights in int8 with a scale for each gate's output, inputs and states rounded to uint8
/// in each run, by the range that they have in it: of the whole input, and of each step's states. States, biases, gates and sums stay in
/// FP32. ONNX Runtime has no such GRU.
/// </summary>
internal static class DynamicLstm
{
    private const int Scales = 8;

    /// <summary>The node with its codes.</summary>
    /// <param name="isPairSafe">Whether no two neighbours may saturate, see <see cref="PairedCodes"/>.</param>
    /// <param name="unsigned">Whether codes are uint8 around 128; null: those that would saturate on this processor.</param>
    public static RuntimeNode Of(GraphNode node, ModelGraph graph, NameSource names, bool isPairSafe, bool? unsigned = null)
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

        return new RuntimeNode(node.Without("layout") with { OpType = WeightOnlyNodes.Lstm, Domain = WeightOnlyNodes.Domain }, constants);
    }

    /// <summary>Whether products of a written node may saturate on x86 without VNNI.</summary>
    public static bool Saturates(GraphNode node, IReadOnlyDictionary<string, TensorData> constants) => node.OpType == WeightOnlyNodes.Lstm
        && node.Inputs.Skip(1).Take(2).Any(input => constants[input] is { Type: ElementType.Int8 } codes
            && Saturate(codes.As<sbyte>(), codes.Shape));

    /// <summary>(directions, gates · hidden, inputs) to codes (directions, inputs, gates · hidden), a scale for each output.</summary>
    private static (sbyte[] Codes, float[] Scales, long[] Shape, bool Saturate) Codes(TensorData weight, bool isPairSafe)
    {
        long[] shape = [weight.Shape[0], weight.Shape[2], weight.Shape[1]];
        int size = (int)(shape[1] * shape[2]);
        var codes = new List<sbyte>();
        var scales = new List<float>();
        for (int direction = 0; direction < shape[0]; direction++)
        {
            float[] matrix = Matrices.Transposed(weight.As<float>().Slice(direction * size, size), (int)shape[2], (int)shape[1]);
            var own = ColumnCodes.Of(matrix, (int)shape[1], (int)shape[2], isPairSafe);
            codes.AddRange(own.Codes);
            scales.AddRange(own.Scales);
        }

        sbyte[] all = [.. codes];
        return (all, [.. scales], shape, Saturate(all, shape));
    }

    private static bool Saturate(ReadOnlySpan<sbyte> codes, long[] shape)
    {
        int size = codes.Length / (int)shape[0];
        bool areSafe = true;
        for (int direction = 0; direction < shape[0]; direction++)
        {
            areSafe &= ColumnCodes.Pairs((int)shape[1], (int)shape[2]).AreSafe(codes.Slice(direction * size, size));
        }

        return !areSafe;
    }

    private static TensorData Stored(long[] shape, sbyte[] codes, bool isUnsigned, int zero) => isUnsigned
        ? TensorData.FromUInt8(shape, Array.ConvertAll(codes, code => (byte)(code + zero)))
        : TensorData.FromInt8(shape, codes);
}

/// <summary>Codes of a matrix (inputs, outputs), a scale for each output, as kernels that quantize in each run multiply them.</summary>
internal readonly record struct ColumnCodes(sbyte[] Codes, float[] Scales)
{
    /// <param name="isPairSafe">Whether no two neighbours may saturate, see <see cref="PairedCodes"/>.</param>
    /// <exception cref="KernelException">A weight is NaN or infinite.</exception>
    public static ColumnCodes Of(ReadOnlySpan<float> matrix, int inputs, int outputs, bool isPairSafe)
    {
        long[] shape = [inputs, outputs];
        var pairs = Pairs(inputs, outputs);
        float[] scales = ChannelScales.MaxAbs(matrix, shape, 1);
        scales = isPairSafe ? PairSafeWeights.Scales(matrix, pairs, scales) : scales;
        sbyte[] codes = WeightQuantizer.Quantize(matrix, shape, 1, scales);
        return new ColumnCodes(isPairSafe ? PairSafeWeights.Clip(codes, pairs) : codes, scales);
    }

    /// <summary>Neighbours along the reduction.</summary>
    public static PairedCodes Pairs(int inputs, int outputs) => new(outputs, inputs, 1, inputs, outputs);
}
