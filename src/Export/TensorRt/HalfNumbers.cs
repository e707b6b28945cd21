using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Cluster.Export.TensorRt;

/// <summary>Which numbers FP16 holds: up to 65504, and with 11 bits from 2^-14 on; below, one bit less for each power of two.</summary>
internal static class HalfNumbers
{
    /// <summary>The largest magnitude that samples may show: half of FP16's, as others may show more.</summary>
    public const float LargestSeen = 32752;

    /// <summary>Of a value whose largest magnitude is below this, every number is subnormal.</summary>
    public const float SmallestSeen = 1f / (1 << 14);

    // A scale that is off by more adds more than -54 dB to what it scales, where codes of 8 bits are good for 40 to 50.
    private const float MostScaleError = 1f / (1 << 9);

    private const double MostNoise = (double)MostScaleError * MostScaleError;

    private static float Rounded(float number) => (float)(Half)number;

    /// <summary>Whether a scale keeps all but 2^-9 of itself.</summary>
    public static bool HoldsScale(float scale) => Math.Abs(Rounded(scale) - scale) <= MostScaleError * scale;

    /// <summary>
    /// What is wrong with the constant in FP16, as in "holds 7E+04"; null: nothing. All but -54 dB of its power must be left: of each
    /// channel's, where there are several.
    /// </summary>
    /// <param name="axis">Of the channels; null: all are one.</param>
    /// <param name="silent">Channels that may lose everything; null: none.</param>
    public static string? Fault(TensorData constant, int? axis = null, bool[]? silent = null)
    {
        var numbers = constant.As<float>();
        if (numbers.IsEmpty)
        {
            return null;
        }

        float largest = Math.Abs(TensorPrimitives.MaxMagnitude(numbers));
        if (!(largest <= (float)Half.MaxValue))
        {
            return string.Create(CultureInfo.InvariantCulture, $"holds {largest:G3}, and float16 ends at 65504");
        }

        var layout = ChannelLayout.Of(numbers.Length, constant.Shape, axis);
        double[] power = new double[layout.Channels];
        double[] noise = new double[layout.Channels];
        foreach (var (channel, start) in layout)
        {
            foreach (float number in numbers.Slice(start, layout.Inner))
            {
                power[channel] += (double)number * number;
                noise[channel] += Math.Pow((double)number - Rounded(number), 2);
            }
        }

        int lost = Enumerable.Range(0, layout.Channels)
            .FirstOrDefault(channel => noise[channel] > MostNoise * power[channel] && silent?[channel] != true, -1);
        return lost < 0 ? null : string.Create(
            CultureInfo.InvariantCulture,
            $"holds numbers of about {Math.Sqrt(power[lost] * layout.Channels / numbers.Length):G2}, of which float16 loses digits");
    }

    /// <summary>The constant in FP16; as a bound, which may be beyond all numbers of FP16, at its ends.</summary>
    public static TensorData Stored(TensorData constant, bool isBound)
    {
        if (!isBound)
        {
            return constant.Narrowed(ElementType.Float16);
        }

        float end = (float)Half.MaxValue;
        return TensorData.FromFloats(
            constant.Shape, Array.ConvertAll(constant.As<float>().ToArray(), number => Math.Clamp(number, -end, end)))
            .Narrowed(ElementType.Float16);
    }
}
