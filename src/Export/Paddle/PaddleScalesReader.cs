namespace Cluster.Export.Paddle;

/// <summary>Reads files of <see cref="PaddleScales"/>, or of another program in the same form.</summary>
public static class PaddleScalesReader
{
    /// <summary>The threshold of each activation that a quantize_linear names. Thresholds of weights are ignored.</summary>
    /// <param name="name">The file's name for messages.</param>
    /// <exception cref="KernelException">It is not such a file, or states something that an ONNX file cannot; the message gives the
    /// operator's number.</exception>
    public static IReadOnlyDictionary<string, float> Read(string json, string name)
    {
        var ranges = new Dictionary<string, float>(StringComparer.Ordinal);
        try
        {
            using var document = JsonDocument.Parse(json);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object
                || !root.TryGetProperty("format", out var format)
                || format.ValueKind != JsonValueKind.String
                || format.GetString() != PaddleScales.Format
                || !root.TryGetProperty("operators", out var operators)
                || operators.ValueKind != JsonValueKind.Array)
            {
                throw new KernelException(
                    $"'{name}' is no list of PaddleSlim's operators; an object with \"format\": \"{PaddleScales.Format}\" and "
                    + "\"operators\" is expected, as --also-export paddle writes it.");
            }

            int number = 0;
            foreach (var element in operators.EnumerateArray())
            {
                var read = new Stated(element, $"Operator {++number} of '{name}'").Operator();
                Add(ranges, read, $"Operator {number} of '{name}'");
            }
        }
        catch (JsonException failure)
        {
            throw new KernelException($"'{name}' is not JSON ({failure.Message.TrimEnd('.')}).", failure);
        }

        return ranges;
    }

    private static void Add(Dictionary<string, float> ranges, PaddleOperator read, string what)
    {
        bool isKnown = ranges.TryGetValue(read.Tensor, out float known);
        if (isKnown && (read.Scale is not [var again] || again != known))
        {
            throw new KernelException(
                $"{what} gives '{read.Tensor}' another scale than the quantize_linear before it; the same one is expected.");
        }

        if (read.Op != PaddleOperator.Quantize)
        {
            return;
        }

        ranges[read.Tensor] = read is { Scale: [var alpha], QuantAxis: PaddleOperator.NoAxis }
            ? alpha
            : throw new KernelException(
                $"{what} quantizes '{read.Tensor}' by channels (quant_axis {read.QuantAxis}, {read.Scale.Count} scales); activations have "
                + "one scale and quant_axis -1 here.");
    }

    // An operator as stated in the file, before it is checked.
    private sealed record Stated(JsonElement Element, string What)
    {
        public PaddleOperator Operator()
        {
            string op = Text("op");
            if (op is not (PaddleOperator.Quantize or PaddleOperator.Dequantize))
            {
                throw new KernelException(
                    $"{What} must be {PaddleOperator.Quantize} or {PaddleOperator.Dequantize}, not '{op}'; remove it.");
            }

            string tensor = Text("tensor");
            Require("bit_length", PaddleOperator.Bits, "codes have 8 bits here");
            Require("round_type", PaddleOperator.HalvesToEven, "ONNX rounds halves to even: write 0 if that will do");
            float[] scale = Numbers("scale");
            if (scale.Length == 0 || scale.Any(alpha => alpha is not (> 0 and < float.PositiveInfinity)))
            {
                throw new KernelException(
                    $"{What} has a scale that is not above 0 and finite, or none; the largest magnitude is expected.");
            }

            if (Element.TryGetProperty("zero_point", out _) && Numbers("zero_point").Any(zero => zero != 0))
            {
                throw new KernelException($"{What} has a zero point that is not 0; ranges are symmetric here: quantize it so.");
            }

            return new PaddleOperator(op, tensor, scale, Number("quant_axis") ?? PaddleOperator.NoAxis);
        }

        private void Require(string key, int expected, string why)
        {
            if (Number(key) is { } found && found != expected)
            {
                throw new KernelException($"{What} has {key} {found} where {expected} is expected; {why}.");
            }
        }

        private string Text(string key) =>
            Element.ValueKind == JsonValueKind.Object
            && Element.TryGetProperty(key, out var value)
            && value.ValueKind == JsonValueKind.String
            && value.GetString() is { Length: > 0 } text
                ? text
                : throw new KernelException($"{What} lacks \"{key}\", a text; correct the file.");

        private int? Number(string key)
        {
            if (!Element.TryGetProperty(key, out var value))
            {
                return null;
            }

            return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int number)
                ? number
                : throw new KernelException($"{What} has \"{key}\" which is no whole number; correct the file.");
        }

        // A number, or a list of them.
        private float[] Numbers(string key)
        {
            if (!Element.TryGetProperty(key, out var value))
            {
                return [];
            }

            JsonElement[] all = value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray()] : [value];
            return Array.TrueForAll(all, one => one.ValueKind == JsonValueKind.Number)
                ? [.. all.Select(one => one.GetSingle())]
                : throw new KernelException($"{What} has \"{key}\" which is no number and no list of numbers; correct the file.");
        }
    }
}
