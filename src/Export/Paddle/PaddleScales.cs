using System.Text.Json.Nodes;

namespace Cluster.Export.Paddle;

/// <summary>
/// A network's thresholds in the form of PaddleSlim's operators, in a JSON file: for each quantized activation quantize_linear and
/// dequantize_linear, for each weight in codes a dequantize_linear with one α or an α for each output channel.
/// </summary>
public static class PaddleScales
{
    /// <summary>The format's name in the file.</summary>
    public const string Format = "cluster.paddle/v1";

    private static readonly JsonSerializerOptions Layout = new() { WriteIndented = true };

    /// <summary>Writes the operators of a symmetric network; the same network gives the same text.</summary>
    /// <param name="network">Placed for TensorRT: activations without zero points. Null: nothing is quantized.</param>
    /// <exception cref="KernelException">An activation has a zero point, which the documented format does not allow.</exception>
    public static string Write(QuantizedNetwork? network)
    {
        var operators = network is null ? [] : Activations(network).Concat(Weights(network));
        var file = new JsonObject
        {
            ["format"] = Format,
            ["operators"] = new JsonArray([.. operators.Select(Node)]),
        };
        return file.ToJsonString(Layout) + "\n";
    }

    private static IEnumerable<PaddleOperator> Activations(QuantizedNetwork network)
    {
        foreach (var point in network.Layout.Points.Values.OrderBy(point => point.Tensor, StringComparer.Ordinal))
        {
            var parameters = network.Parameters(point);
            if (parameters is not { ZeroPoint: 0, Minimum: sbyte.MinValue, Maximum: PaddleOperator.LargestCode })
            {
                throw new KernelException(
                    $"The tensor '{point.Tensor}' is quantized with the zero point {parameters.ZeroPoint} and codes from "
                    + $"{parameters.Minimum} to {parameters.Maximum}; PaddleSlim's format has symmetric ranges in int8 only.");
            }

            float[] alpha = [PaddleOperator.Threshold(parameters.Scale)];
            yield return new PaddleOperator(PaddleOperator.Quantize, point.Tensor, alpha, PaddleOperator.NoAxis);
            yield return new PaddleOperator(PaddleOperator.Dequantize, point.Tensor, alpha, PaddleOperator.NoAxis);
        }
    }

    // A weight that several layers read is listed once.
    private static IEnumerable<PaddleOperator> Weights(QuantizedNetwork network) => network.Graph.Groups
        .SelectMany(group => group.Nodes)
        .Where(network.Layout.HasQuantizedWeights)
        .DistinctBy(node => node.Inputs[1], StringComparer.Ordinal)
        .Select(node => (Name: node.Inputs[1], Weights: network.Weights(node)))
        .Select(entry => new PaddleOperator(
            PaddleOperator.Dequantize,
            entry.Name,
            [.. entry.Weights.StoredScales.As<float>().ToArray().Select(PaddleOperator.Threshold)],
            entry.Weights.StoredAxis ?? PaddleOperator.NoAxis));

    private static JsonObject Node(PaddleOperator op) => new()
    {
        ["op"] = op.Op,
        ["tensor"] = op.Tensor,
        ["scale"] = new JsonArray([.. op.Scale.Select(alpha => JsonValue.Create(alpha))]),
        ["zero_point"] = new JsonArray([.. op.Scale.Select(_ => JsonValue.Create(0))]),
        ["bit_length"] = PaddleOperator.Bits,
        ["quant_axis"] = op.QuantAxis,
        ["round_type"] = PaddleOperator.HalvesToEven,
    };
}

/// <summary>
/// One operator of PaddleSlim's exchange format: q = clip(round(x / α · M), −M − 1, M) with M = 2^(bits − 1) − 1, and
/// x^ = q · α / M (PaddleSlim, "quantized model format"; ../shared/methods.md 1.7).
/// </summary>
/// <param name="Op"><see cref="Quantize"/> or <see cref="Dequantize"/>.</param>
/// <param name="Tensor">The rounded tensor, or the constant of a weight, by its name in the network.</param>
/// <param name="Scale">The threshold α, not the step: one, or one per channel.</param>
/// <param name="QuantAxis">The channels' axis; −1 for one α.</param>
internal sealed record PaddleOperator(string Op, string Tensor, IReadOnlyList<float> Scale, int QuantAxis)
{
    /// <summary>Converts numbers to codes.</summary>
    public const string Quantize = "quantize_linear";

    /// <summary>Converts codes to numbers.</summary>
    public const string Dequantize = "dequantize_linear";

    /// <summary>Bits of a code.</summary>
    public const int Bits = 8;

    /// <summary>The axis of operators with one α.</summary>
    public const int NoAxis = -1;

    /// <summary>Halves go to the even code, as in ONNX; 1 would mean away from zero.</summary>
    public const int HalvesToEven = 0;

    /// <summary>The largest code, M.</summary>
    public const int LargestCode = sbyte.MaxValue;

    /// <summary>The α of a step: the float32 near step · M for which α / M is exactly that step, if there is one.</summary>
    public static float Threshold(float step)
    {
        float near = step * LargestCode;
        float[] candidates = [near, MathF.BitIncrement(near), MathF.BitDecrement(near)];
        return Array.Find(candidates, alpha => alpha / LargestCode == step) is > 0 and var exact ? exact : near;
    }
}
