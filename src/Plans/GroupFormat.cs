namespace Cluster.Plans;

/// <summary>The format of a group: of its weights and of the activations it reads.</summary>
/// <param name="Weights">The format of the weights.</param>
/// <param name="Activations">The format of the activations.</param>
[JsonConverter(typeof(GroupFormatConverter))]
public sealed record GroupFormat(NumberFormat Weights, NumberFormat Activations)
{
    /// <summary>The original format of networks: a group in it is unchanged.</summary>
    public static GroupFormat Baseline { get; } = new(NumberFormat.Float32, NumberFormat.Float32);

    /// <summary>8-bit integers.</summary>
    public static GroupFormat Int8 { get; } = Integer(8, 8);

    /// <summary>8-bit integers whose products are exact on every x86: see <see cref="NumberFormat.PairSafe"/>.</summary>
    public static GroupFormat Int8Safe { get; } = new(NumberFormat.PairSafe, NumberFormat.Integer(8));

    /// <summary>8-bit integers with one scale for the whole weight of a layer.</summary>
    public static GroupFormat Int8Tensor { get; } = new(NumberFormat.PerTensor, NumberFormat.Integer(8));

    /// <summary>Weights of 8 bits in the file, which are floats once it is loaded; layers compute in float.</summary>
    public static GroupFormat Int8Weights { get; } = new(NumberFormat.WeightsAlone, NumberFormat.Float32);

    /// <summary>8-bit integers by kernels that find the activations' ranges in each run: products by constant weights, and LSTM.</summary>
    public static GroupFormat Dynamic { get; } = new(NumberFormat.Dynamic, NumberFormat.Dynamic);

    /// <summary>Weights of 4 bits in blocks, and activations of 8 bits whose ranges are found in each run: products.</summary>
    public static GroupFormat Int4Block { get; } = new(NumberFormat.Block, NumberFormat.Dynamic);

    /// <summary>IEEE 754 binary16.</summary>
    public static GroupFormat Float16 { get; } = new(NumberFormat.Float16, NumberFormat.Float16);

    /// <summary>Whether the group keeps the network's original format.</summary>
    public bool IsBaseline => Equals(Baseline);

    /// <summary>
    /// Whether weights or activations are integers, so that ranges and roundings are chosen for the group.
    /// </summary>
    public bool IsCalibrated => Weights.IsInteger || Activations.IsInteger;

    /// <summary>Whether layers in it are other nodes in a file, without pairs: nothing is calibrated, corrected or learned.</summary>
    public bool IsOfRuntime => this == Dynamic || this == Int4Block || this == Int8Weights;

    /// <summary>Whether both are integers.</summary>
    public bool IsInteger => Weights.IsInteger && Activations.IsInteger;

    /// <summary>Whether both are integers of 8 bits, in any form.</summary>
    public bool IsInt8 => this == Int8 || this == Int8Safe || this == Int8Tensor;

    /// <summary>Whether two products may saturate on an x86 with AVX2 and without VNNI (ADR 46).</summary>
    public bool MaySaturate => this == Int8 || this == Int8Tensor;

    /// <summary>
    /// The canonical text: "float32", "int8", "int8-safe", "int8-tensor", "int8-dynamic", "int4-block", "int8-weights", "w4a8" for other
    /// integers, "int4/float16" for two kinds.
    /// </summary>
    public string Text => Join(Weights.Name, Activations.Name, 'w', 'a');

    /// <summary>The text for people: "FP32", "INT8", "int8-safe", "W4A8", "INT4/FP16".</summary>
    public string Title => Join(Weights.Title, Activations.Title, 'W', 'A');

    /// <summary>
    /// Variance of the rounding error of a product, relative to the product's: the sum of those of its factors.
    /// </summary>
    public double RoundingVariance => VarianceOf(Weights) + VarianceOf(Activations);

    /// <summary>Integers of these widths: 2 to 8 bits.</summary>
    /// <exception cref="JobException">The width is not supported.</exception>
    public static GroupFormat Integer(int weightBits, int activationBits) =>
        new(NumberFormat.Integer(weightBits), NumberFormat.Integer(activationBits));

    /// <summary>The format of a canonical text, or of one number format's name for both.</summary>
    /// <exception cref="JobException">There is no such format.</exception>
    public static GroupFormat Parse(string text) => TryParse(text) ?? throw new JobException(
        $"The format \"{text}\" is unknown where one like {Baseline}, {Int8}, {Float16} or {Integer(4, 8)} is expected.");

    /// <summary>The format of a canonical text, or of one number format's name for both; else null.</summary>
    public static GroupFormat? TryParse(string text)
    {
        if (text is ['w' or 'W', .. var widths] && widths.Split('a', 'A') is [var weights, var activations])
        {
            return Of($"int{weights}", $"int{activations}");
        }

        var slash = text.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? Of(text, text) : Of(text[..slash], text[(slash + 1)..]);
    }

    /// <inheritdoc/>
    public override string ToString() => Text;

    // 2^-2b for b significant bits. An integer's step follows the tensor's largest number, not each number: with a peak of four standard
    // deviations that costs two bits.
    private static double VarianceOf(NumberFormat format) =>
        Math.Pow(2, -2 * (format.IsInteger ? format.SignificandBits - 2 : format.SignificandBits));

    private static GroupFormat? Of(string weights, string activations) =>
        NumberFormat.TryParse(weights) is not { } first || NumberFormat.TryParse(activations) is not { } second ? null
            : second == NumberFormat.PairSafe ? first == second ? Int8Safe : null // only weights have neighbours
            : second == NumberFormat.PerTensor ? first == second ? Int8Tensor : null // or channels
            : second == NumberFormat.Block ? first == second ? Int4Block : null // or blocks
            : second == NumberFormat.WeightsAlone ? first == second ? Int8Weights : null
            : new(first, second);

    private string Join(string weights, string activations, char first, char second) => this switch
    {
        { IsInteger: true } and not { Weights.Bits: 8, Activations.Bits: 8 } =>
            $"{first}{Weights.Bits}{second}{Activations.Bits}",
        _ when Weights == Activations || this == Int8Safe || this == Int8Tensor || this == Int4Block || this == Int8Weights => weights,
        _ => $"{weights}/{activations}",
    };
}

/// <summary>Converts a format to and from its canonical text.</summary>
internal sealed class GroupFormatConverter : JsonConverter<GroupFormat>
{
    public override GroupFormat Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        GroupFormat.TryParse(reader.GetString() ?? string.Empty)
            ?? throw new JsonException($"\"{reader.GetString()}\" is not a format that this version knows");

    public override void Write(Utf8JsonWriter writer, GroupFormat value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.Text);
}
