namespace Cluster.Export.Tests.Parity;

/// <summary>
/// The faults of a writer, in a file of <see cref="Nets.Residual"/>, found by its structure: the tensor between the second and the third
/// layer, the weights of the first, the classifier.
/// </summary>
internal static class FileFaults
{
    private const string Tensor = "r2";
    private const string First = "c1";
    private const string Second = "c2";
    private const string Classifier = "y";

    /// <summary>Faults of what is quantized, in any plan where these layers are.</summary>
    public static readonly IReadOnlyDictionary<string, Func<ModelGraph, ModelGraph>> OfCodes =
        new Dictionary<string, Func<ModelGraph, ModelGraph>>(StringComparer.Ordinal)
        {
            ["scale x 1.05"] = file => Scale(file, 1.05f),
            ["scale x 1.01"] = file => Scale(file, 1.01f),
            ["scale x 1.002"] = file => Scale(file, 1.002f),
            ["zero point + 1"] = file => With(
                file, Quantizing(file).Inputs[2], zero => Raw(zero, [.. zero.Bytes.ToArray().Select(code => (byte)(code + 1))])),
            ["a sign"] = file => With(file, Stored(file, First, 1), Negated),
            ["swapped channels"] = file => With(file, Stored(file, First, 1), Swapped),
            ["a halved bias"] = file => With(file, Stored(file, First, 2), bias => Times(bias, 0.5f)),
            ["the classifier's bias doubled"] = file => With(file, Stored(file, Classifier, 2), bias => Times(bias, 2)),
        };

    /// <summary>Faults of a layer that a plan leaves in FP32.</summary>
    public static readonly IReadOnlyDictionary<string, Func<ModelGraph, ModelGraph>> OfFloats =
        new Dictionary<string, Func<ModelGraph, ModelGraph>>(StringComparer.Ordinal)
        {
            ["FP32 layer x 1.01"] = file => With(file, Stored(file, Second, 1), weights => Times(weights, 1.01f)),
            ["FP32 layer x 1.001"] = file => With(file, Stored(file, Second, 1), weights => Times(weights, 1.001f)),
        };

    private static GraphNode Quantizing(ModelGraph file) =>
        file.Nodes.Single(node => node.OpType == "QuantizeLinear" && node.Inputs[0] == Tensor);

    // The constant behind an input of a layer: codes, or numbers, which a pair may quantize.
    private static string Stored(ModelGraph file, string layer, int input)
    {
        string name = file.Nodes.Single(node => node.Name == layer).Inputs[input];
        while (!file.Initializers.ContainsKey(name))
        {
            name = file.Nodes.Single(node => node.Output == name).Inputs[0];
        }

        return name;
    }

    private static ModelGraph Scale(ModelGraph file, float factor) =>
        With(file, Quantizing(file).Inputs[1], scale => Times(scale, factor));

    /// <summary>The file with another constant of a name.</summary>
    public static ModelGraph With(ModelGraph file, string constant, Func<TensorData, TensorData> change) => file with
    {
        Initializers = file.Initializers.ToDictionary(
            pair => pair.Key, pair => pair.Key == constant ? change(pair.Value) : pair.Value, StringComparer.Ordinal),
    };

    private static TensorData Times(TensorData data, float factor) => data.Type == ElementType.Float
        ? TensorData.FromFloats(data.Shape, [.. data.As<float>().ToArray().Select(value => value * factor)])
        : TensorData.FromInt32(data.Shape, [.. data.As<int>().ToArray().Select(code => (int)MathF.Round(code * factor))]);

    // The largest weight, whether a number or a code, of int8 or of uint8 around 128.
    private static TensorData Negated(TensorData weights)
    {
        if (weights.Type == ElementType.Float)
        {
            float[] numbers = weights.As<float>().ToArray();
            int far = Array.IndexOf(numbers, numbers.MaxBy(Math.Abs));
            numbers[far] = -numbers[far];
            return TensorData.FromFloats(weights.Shape, numbers);
        }

        int zero = weights.Type == ElementType.UInt8 ? 128 : 0;
        int[] codes = [.. weights.Bytes.ToArray().Select(code => zero == 0 ? (sbyte)code : code - zero)];
        int largest = Array.IndexOf(codes, codes.Where(code => code != -128).MaxBy(Math.Abs));
        codes[largest] = -codes[largest];
        return Raw(weights, [.. codes.Select(code => (byte)(code + zero))]);
    }

    private static TensorData Swapped(TensorData weights)
    {
        byte[] bytes = weights.Bytes.ToArray();
        int channel = bytes.Length / (int)weights.Shape[0];
        byte[] first = bytes[..channel];
        bytes.AsSpan(channel, channel).CopyTo(bytes);
        first.CopyTo(bytes, channel);
        return Raw(weights, bytes);
    }

    private static TensorData Raw(TensorData like, byte[] bytes) => new(like.Type, like.Shape, bytes);
}
