using System.Text.Json;
using System.Text.Json.Serialization;

namespace Cluster.Plans;

/// <summary>
/// The JSON of a decision, on which the digests of plans and items depend: a "precision" and two widths, as in the first version (ADR 19).
/// "int8" stands for integers of 2 to 8 bits, according to the widths; every other format has its own text.
/// </summary>
internal sealed class GroupDecisionConverter : JsonConverter<GroupDecision>
{
    private const string LowIntegers = "int8";
    private const int LeastBits = 2;
    private const int MostBits = 8;

    public override GroupDecision Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var stored = JsonSerializer.Deserialize<Stored>(ref reader, options) ?? throw new JsonException("A group's decision is null.");
        return KnownDecisions.One(new GroupDecision(
            stored.Group,
            FormatOf(stored),
            stored.Calibrator,
            stored.BiasCorrection,
            stored.Rounding,
            stored.FloatShortcuts,
            stored.PerTensorWeights));
    }

    public override void Write(Utf8JsonWriter writer, GroupDecision value, JsonSerializerOptions options)
    {
        var (weights, activations) = (value.Format.Weights, value.Format.Activations);
        var isLow = value.Format.IsInteger
            && weights.Bits <= MostBits
            && activations.Bits <= MostBits
            && value.Format != GroupFormat.Int8Safe;
        var stored = new Stored(
            value.Group,
            isLow ? LowIntegers : value.Format.Text,
            value.Calibrator,
            value.BiasCorrection,
            weights.Bits,
            activations.Bits,
            value.Rounding,
            value.FloatShortcuts,
            value.PerTensorWeights);
        JsonSerializer.Serialize(writer, stored, options);
    }

    private static GroupFormat FormatOf(Stored stored)
    {
        if (string.Equals(stored.Precision, LowIntegers, StringComparison.OrdinalIgnoreCase))
        {
            return stored is { WeightBits: >= LeastBits and <= MostBits, ActivationBits: >= LeastBits and <= MostBits }
                ? GroupFormat.Integer(stored.WeightBits, stored.ActivationBits)
                : throw new JobException(
                    $"The plan gives group \"{stored.Group}\" {stored.WeightBits} weight and {stored.ActivationBits} activation bits "
                    + $"where {LeastBits} to {MostBits} are expected: correct the plan.");
        }

        // The text is complete; the widths next to it are for readers that do not know formats.
        return GroupFormat.TryParse(stored.Precision) ?? throw new JsonException(
            $"the precision \"{stored.Precision}\" of group \"{stored.Group}\" is no format that this version knows");
    }

    private sealed record Stored(
        string Group,
        string Precision,
        string Calibrator,
        bool BiasCorrection,
        int WeightBits = MostBits,
        int ActivationBits = MostBits,
        string Rounding = GroupDecision.Nearest,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool FloatShortcuts = false,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool PerTensorWeights = false);
}
